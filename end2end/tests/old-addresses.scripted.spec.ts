import { ID } from '../support/servers.ts';
import { expect, test } from '../support/test.ts';

/** Addresses of docker-registry-ui, and where they lead. What is behind a # is never sent to a server. */
const LED = [
  ['/#!/', `/${ID}`],
  ['/#!/taglist/team/webapp', `/${ID}/team/webapp`],
  ['/#!/taghistory/image/team/webapp/tag/2.14.0', `/${ID}/team/webapp:2.14.0`],
  [`/?url=http%3A%2F%2F${encodeURIComponent(ID)}#!/taglist/team/api`, `/${ID}/team/api`],
] as const;

for (const [old, now] of LED) {
  test(`${old} leads to the same thing`, async ({ page }) => {
    await page.goto(old);
    await expect(page).toHaveURL(now);
    await expect(page.getByRole('main')).toBeVisible();
  });
}
