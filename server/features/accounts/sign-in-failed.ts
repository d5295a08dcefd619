import { AppError } from '#lib/app-error.ts';

/** A sign-in that failed; `meant`: the account, where there is one of this name. */
export class SignInFailed extends AppError {
  readonly meant: string | null;

  constructor(meant: string | null) {
    super('SIGN_IN_FAILED');
    this.meant = meant;
  }
}
