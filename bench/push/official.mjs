// Creates N orders one after the other with the official client, as its README does, and prints the seconds it took.
import module from "@woocommerce/woocommerce-rest-api";

const WooCommerceRestApi = module.default ?? module;
const api = new WooCommerceRestApi({
  url: process.env.STORE_URL,
  consumerKey: process.env.STORE_KEY,
  consumerSecret: process.env.STORE_SECRET,
  version: "wc/v3",
});
const bodies = JSON.parse(process.env.BODIES);
const began = performance.now();
for (const body of bodies) {
  await api.post("orders", body);
}
console.log((performance.now() - began) / 1000);
