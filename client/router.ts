import { createRouter, createWebHistory, START_LOCATION, type RouteComponent, type RouteRecordRaw } from 'vue-router';
import { IDENTITY_RETURN_PATH } from '#contract/identity.ts';
import type { Permission } from '#contract/permissions.ts';
import { useSession } from './api/session.ts';
import { adminPages, ownAdminPages, type AdminPage } from './shell/admin-pages.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without signing in. */
    public?: boolean;
    /** For everybody, signed in or not: citizens. */
    open?: boolean;
    /** For those who may do this. */
    needs?: Permission;
    /** Takes the whole screen: no bar, no menu. */
    bare?: boolean;
  }
}

const admin = (name: AdminPage, path: string, component: RouteComponent): RouteRecordRaw => {
  return { path, name, component, meta: { needs: adminPages[name] } };
};

function supervision(path: string, name: string, component: () => Promise<unknown>): RouteRecordRaw {
  return { path: `/supervision/${path}`, name, component, props: true, meta: { needs: 'case.view' } };
}

/** A list of matters under its own words, and one of them. */
function matters(words: 'orders' | 'voices' | 'reviews'): RouteRecordRaw[] {
  const meta = { needs: 'matter.view' } as const;
  const list = () => import('./features/matters/MattersPage.vue');
  const one = () => import('./features/matters/MatterPage.vue');
  return [
    { path: `/supervision/${words}`, name: words, component: list, props: { words }, meta },
    { path: `/supervision/${words}/:id`, component: one, props: true, meta },
  ];
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'wall', component: () => import('./wall/WallPage.vue') },
  {
    path: '/overview/:region?',
    name: 'overview',
    component: () => import('./overview/OverviewPage.vue'),
    props: true,
  },
  { path: '/map', name: 'map', component: () => import('./map/MapPage.vue') },
  { path: '/halls/:id/plan', name: 'plan', component: () => import('./map/PlanPage.vue'), props: true },
  {
    path: '/halls/:id/terminals',
    name: 'hall-terminals',
    component: () => import('./features/terminals/HallTerminalsPage.vue'),
    props: true,
    meta: { needs: 'terminal.view' },
  },
  { path: '/desk/:id?', name: 'desk', component: () => import('./features/desk/DeskPage.vue'), props: true },
  {
    path: '/history/:id?',
    name: 'history',
    component: () => import('./features/history/HistoryPage.vue'),
    props: true,
    meta: { needs: 'figure.view' },
  },
  {
    path: '/history/:id/report',
    name: 'history-report',
    component: () => import('./features/history/ReportPage.vue'),
    props: true,
    meta: { needs: 'figure.view' },
  },
  {
    path: '/alerts',
    component: () => import('./features/alerts/AlertsLayout.vue'),
    children: [
      { path: '', name: 'alerts', component: () => import('./features/alerts/AlertsPage.vue') },
      { path: 'silences', name: 'silences', component: () => import('./features/alerts/SilencesPage.vue') },
      { path: 'handover', name: 'handover', component: () => import('./features/alerts/HandoverPage.vue') },
      { path: 'load', name: 'alert-load', component: () => import('./features/alerts/LoadPage.vue') },
      { path: 'blind-spots', name: 'blind-spots', component: () => import('./features/alerts/BlindSpotsPage.vue') },
    ],
  },
  { path: '/scenes/:id?', name: 'scenes', component: () => import('./wall/scene/ScenesPage.vue'), props: true },
  {
    path: '/scenes/:id/full',
    name: 'scene-full',
    component: () => import('./wall/scene/ScenePage.vue'),
    props: true,
    meta: { bare: true },
  },
  {
    path: '/scenes/:id/edit',
    name: 'scene-editor',
    component: () => import('./wall/scene/SceneEditorPage.vue'),
    props: true,
  },
  {
    path: '/screen/:name',
    name: 'screen',
    component: () => import('./wall/screen/ScreenPage.vue'),
    props: true,
    meta: { bare: true },
  },
  {
    path: '/console',
    name: 'console',
    component: () => import('./wall/console/ConsolePage.vue'),
    meta: { needs: 'screen.drive' },
  },
  {
    path: '/footage',
    name: 'footage',
    component: () => import('./features/footage/FootagePage.vue'),
    meta: { needs: 'footage.view' },
  },
  { path: '/account', name: 'own-account', component: () => import('./features/own-account/OwnAccountPage.vue') },
  { path: '/supervision', redirect: '/supervision/inbox' },
  supervision('inbox', 'inbox', () => import('./features/inbox/InboxPage.vue')),
  supervision('cases', 'cases', () => import('./features/cases/CasesPage.vue')),
  supervision('cases/:id', 'case', () => import('./features/cases/CasePage.vue')),
  supervision('cards', 'cards', () => import('./features/cards/CardsPage.vue')),
  supervision('cards/:id', 'card', () => import('./features/cards/CardPage.vue')),
  {
    path: '/supervision/inspections',
    name: 'inspections',
    component: () => import('./features/inspections/InspectionsPage.vue'),
    meta: { needs: 'matter.view' },
  },
  {
    path: '/supervision/inspections/:id',
    component: () => import('./features/inspections/InspectionPage.vue'),
    props: true,
    meta: { needs: 'matter.view' },
  },
  supervision('performance', 'performance', () => import('./features/performance/PerformancePage.vue')),
  supervision('statistics', 'statistics', () => import('./features/statistics/StatisticsPage.vue')),
  supervision('registers', 'registers', () => import('./features/registers/RegistersPage.vue')),
  supervision('sources', 'sources', () => import('./features/cases/sources/SourcesPage.vue')),
  {
    path: '/supervision/announcements',
    name: 'announcements',
    component: () => import('./features/announcements/AnnouncementsPage.vue'),
    meta: { needs: 'matter.view' },
  },
  { path: '/supervision/training', name: 'training', component: () => import('./features/training/TrainingPage.vue') },
  ...matters('orders'),
  ...matters('voices'),
  ...matters('reviews'),
  {
    path: '/voice/:number?',
    name: 'voice',
    component: () => import('./features/voice/VoicePage.vue'),
    props: true,
    meta: { open: true },
  },
  {
    path: '/admin',
    name: 'admin',
    component: () => import('./shell/AdminLayout.vue'),
    children: [
      admin('halls', 'halls', () => import('./features/halls/HallsPage.vue')),
      {
        path: 'halls/:id/plan',
        name: 'plan-editor',
        component: () => import('./features/plan-editor/PlanEditorPage.vue'),
        props: true,
        meta: { needs: adminPages.halls },
      },
      admin('cameras', 'cameras/:id?', () => import('./features/cameras/CamerasPage.vue')),
      admin('terminals', 'terminals', () => import('./features/terminals/TerminalsPage.vue')),
      admin('adapters', 'adapters', () => import('./features/adapters/AdaptersPage.vue')),
      admin('calendar', 'calendar', () => import('./features/calendar/CalendarPage.vue')),
      admin('storage', 'storage', () => import('./features/storage/StoragePage.vue')),
      admin('coverage', 'coverage', () => import('./features/coverage/CoveragePage.vue')),
      admin('rules', 'rules', () => import('./features/rules/RulesPage.vue')),
      admin('outputs', 'outputs', () => import('./features/outputs/OutputsPage.vue')),
      admin('accounts', 'accounts', () => import('./features/accounts/AccountsPage.vue')),
      admin('access', 'access', () => import('./features/access/AccessPage.vue')),
      admin('audit', 'audit', () => import('./features/audit/AuditPage.vue')),
    ],
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./features/sign-in/SignInPage.vue'),
    meta: { public: true },
  },
  {
    path: IDENTITY_RETURN_PATH,
    name: 'identity-return',
    component: () => import('./features/identity/ReturnPage.vue'),
    meta: { open: true, bare: true },
  },
  {
    path: '/register',
    name: 'register',
    component: () => import('./features/register/RegisterPage.vue'),
    meta: { public: true },
  },
  { path: '/setup', name: 'setup', component: () => import('./features/setup/SetupPage.vue'), meta: { public: true } },
  { path: '/:rest(.*)*', redirect: '/' },
];

/** Nobody sees a page before the server has said who they are: the rest is sent to set-up or to the sign-in page. */
export function createAppRouter() {
  const router = createRouter({ history: createWebHistory(), routes });
  router.beforeEach(async (to, from) => {
    if (to.meta.open) return true;
    const session = useSession();
    if (!session.loaded) await session.load().catch(() => undefined);
    if (session.account) {
      if (to.meta.public) return { name: 'wall' };
      // Who comes in without an address of his own begins where his work is.
      const isEntering = from === START_LOCATION || from.meta.public === true;
      if (isEntering && to.fullPath === '/' && session.isManager) return { name: 'desk' };
      if (to.name === 'admin') return { name: ownAdminPages(session)[0] ?? 'wall' };
      return to.meta.needs && !session.may(to.meta.needs) ? { name: 'wall' } : true;
    }
    if (session.setupRequired) return to.name === 'setup' ? true : { name: 'setup' };
    if (to.name === 'sign-in' || to.name === 'register') return true;
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  });
  return router;
}
