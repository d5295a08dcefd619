import { createRouter, createWebHistory, START_LOCATION, type RouteRecordRaw } from 'vue-router';
import { useSession } from './api/session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without signing in. */
    public?: boolean;
    /** For administrators only. */
    administrator?: boolean;
    /** Takes the whole screen: no bar, no menu. */
    bare?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'wall', component: () => import('./wall/WallPage.vue') },
  { path: '/map', name: 'map', component: () => import('./map/MapPage.vue') },
  { path: '/halls/:id/plan', name: 'plan', component: () => import('./map/PlanPage.vue'), props: true },
  { path: '/desk/:id?', name: 'desk', component: () => import('./features/desk/DeskPage.vue'), props: true },
  {
    path: '/alerts',
    component: () => import('./features/alerts/AlertsLayout.vue'),
    children: [
      { path: '', name: 'alerts', component: () => import('./features/alerts/AlertsPage.vue') },
      { path: 'silences', name: 'silences', component: () => import('./features/alerts/SilencesPage.vue') },
      { path: 'handover', name: 'handover', component: () => import('./features/alerts/HandoverPage.vue') },
      { path: 'load', name: 'alert-load', component: () => import('./features/alerts/LoadPage.vue') },
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
  { path: '/footage', name: 'footage', component: () => import('./features/footage/FootagePage.vue') },
  {
    path: '/admin',
    component: () => import('./shell/AdminLayout.vue'),
    redirect: '/admin/halls',
    meta: { administrator: true },
    children: [
      { path: 'halls', name: 'halls', component: () => import('./features/halls/HallsPage.vue') },
      {
        path: 'halls/:id/plan',
        name: 'plan-editor',
        component: () => import('./features/plan-editor/PlanEditorPage.vue'),
        props: true,
      },
      { path: 'cameras/:id?', name: 'cameras', component: () => import('./features/cameras/CamerasPage.vue') },
      { path: 'terminals', name: 'terminals', component: () => import('./features/terminals/TerminalsPage.vue') },
      { path: 'calendar', name: 'calendar', component: () => import('./features/calendar/CalendarPage.vue') },
      { path: 'storage', name: 'storage', component: () => import('./features/storage/StoragePage.vue') },
      { path: 'coverage', name: 'coverage', component: () => import('./features/coverage/CoveragePage.vue') },
      { path: 'rules', name: 'rules', component: () => import('./features/rules/RulesPage.vue') },
    ],
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./features/sign-in/SignInPage.vue'),
    meta: { public: true },
  },
  { path: '/setup', name: 'setup', component: () => import('./features/setup/SetupPage.vue'), meta: { public: true } },
  { path: '/:rest(.*)*', redirect: '/' },
];

/** Nobody sees a page before the server has said who they are: the rest is sent to set-up or to the sign-in page. */
export function createAppRouter() {
  const router = createRouter({ history: createWebHistory(), routes });
  router.beforeEach(async (to, from) => {
    const session = useSession();
    if (!session.loaded) await session.load().catch(() => undefined);
    if (session.account) {
      if (to.meta.public) return { name: 'wall' };
      // Who comes in without an address of his own begins where his work is.
      const isEntering = from === START_LOCATION || from.meta.public === true;
      if (isEntering && to.fullPath === '/' && session.account.role === 'hall-manager') return { name: 'desk' };
      return to.meta.administrator && !session.isAdministrator ? { name: 'wall' } : true;
    }
    if (session.setupRequired) return to.name === 'setup' ? true : { name: 'setup' };
    if (to.name === 'sign-in') return true;
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  });
  return router;
}
