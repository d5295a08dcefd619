import fc from 'fast-check';

/**
 * Properties go through the same examples in every run, so that a red suite means a change and not a draw. To look
 * further, `PROPERTY_SEED=7 npm test -- unit` draws others; what they find becomes an example of its own.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_127) });

export default fc;
