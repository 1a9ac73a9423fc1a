// How Chromium is started, for the tests and for scripts/bench.

/** Of several such switches the last one counts, so what Playwright turns off of what matters here is named again. */
const turnedOff = [
  'AimEnabled',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  // For each window its address bar loads a page with hundreds of scripts, which takes a processor for half a second
  // while the page that is meant is loaded.
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
];

export const launchOptions = {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--disable-features=${turnedOff.join(',')}`,
  ],
};
