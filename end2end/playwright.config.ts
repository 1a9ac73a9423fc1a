import { defineConfig } from '@playwright/test';

import { launchOptions } from './support/chromium.mjs';

const desktop = { width: 1280, height: 800 };
const mobile = { width: 360, height: 740 };

/** What is no matter of how wide a window is. */
const once = '**/container.spec.ts';
/** What only scripts can do is not tested without them. */
const unscripted = { testIgnore: ['**/*.scripted.spec.ts', once] };

/** What is laid out or handled differently where there is little room. */
const narrow = /\/(accessibility|compare|deletion|every-page|hostile|image|islands|tags)\.[a-z.]*spec\.ts$/;

export default defineConfig({
  testDir: 'tests',
  globalSetup: './support/setup.ts',
  workers: 2,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: process.env.CI ? [['list'], ['html', { open: 'never' }]] : 'list',
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A click in the middle of a transition from page to page may hit neither of them.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Each test takes longer with it, and nearly all are never looked at: `npx playwright test --trace on` for one.
    trace: 'off',
    launchOptions,
  },
  projects: [
    { name: 'desktop', use: { viewport: desktop } },
    { name: 'mobile', use: { viewport: mobile }, testMatch: narrow },
    { name: 'desktop-unscripted', use: { viewport: desktop, javaScriptEnabled: false }, ...unscripted },
    { name: 'mobile-unscripted', use: { viewport: mobile, javaScriptEnabled: false }, testMatch: '**/every-page.spec.ts' },
  ],
});
