import { chromium } from '@playwright/test';
const [base, out, ...specs] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const spec of specs) {
  const [name, rest] = spec.split(/=(.*)/s);
  const [path, opts = ''] = rest.split('§');
  const o = Object.fromEntries(opts.split(',').filter(Boolean).map((it) => it.split(':')));
  const context = await browser.newContext({ viewport: { width: Number(o.w ?? 1280), height: 800 }, colorScheme: o.s ?? 'light', locale: o.l ?? 'en-GB' });
  const page = await context.newPage();
  await page.goto(base + path, { waitUntil: 'load' });
  if (o.click) await page.getByText(o.click, { exact: true }).first().click();
  await page.waitForTimeout(Number(o.wait ?? 700));
  await page.screenshot({ path: `${out}/${name}.png`, fullPage: o.full === '1' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  console.log(name, 'overflow', wide);
  await context.close();
}
await browser.close();
