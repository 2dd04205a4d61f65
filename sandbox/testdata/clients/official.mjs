// Uses the official JavaScript client as its README does, against the store in
// STORE_URL, and prints what it sees.
import module from "@woocommerce/woocommerce-rest-api";

const WooCommerceRestApi = module.default ?? module;
const api = new WooCommerceRestApi({
  url: process.env.STORE_URL,
  consumerKey: process.env.STORE_KEY,
  consumerSecret: process.env.STORE_SECRET,
  version: "wc/v3",
});

const created = await api.post("products", {
  name: "Premium Quality", type: "simple", regular_price: "21.99",
});
console.log("created", created.status, created.data.name, created.data.regular_price);

const list = await api.get("products", { per_page: 20 });
console.log("list", list.status, list.headers["x-wp-total"], list.data.length);

const changed = await api.put(`products/${created.data.id}`, { sale_price: "11.90" });
console.log("changed", changed.status, changed.data.sale_price, changed.data.on_sale);

const order = await api.post("orders", {
  line_items: [{ product_id: created.data.id, quantity: 2 }], set_paid: true, payment_method: "bacs",
});
console.log("order", order.status, order.data.status, order.data.total);

const batch = await api.post("products/batch", { create: [{ name: "A" }], delete: [created.data.id] });
console.log("batch", batch.status, batch.data.create.length, batch.data.delete[0].id === created.data.id);

const options = await api.options("products");
console.log("options", options.status, options.data.namespace);

try {
  await api.get("orders/999999");
} catch (error) {
  console.log("missing", error.response.status, error.response.data.code);
}

const stranger = new WooCommerceRestApi({
  url: process.env.STORE_URL, consumerKey: process.env.STORE_KEY, consumerSecret: "cs_wrong", version: "wc/v3",
});
try {
  await stranger.get("orders");
} catch (error) {
  console.log("refused", error.response.status, error.response.data.code);
}

// Keys in the query, for servers that drop the Authorization header.
const query = new WooCommerceRestApi({
  url: process.env.STORE_URL, consumerKey: process.env.STORE_KEY, consumerSecret: process.env.STORE_SECRET,
  version: "wc/v3", queryStringAuth: true,
});
const orders = await query.get("orders", { status: "processing", include: [order.data.id] });
console.log("query", orders.status, orders.data.length);

// Over plain HTTP the client signs its requests with OAuth 1.0a.
const signed = new WooCommerceRestApi({
  url: process.env.PLAIN_URL, consumerKey: process.env.STORE_KEY, consumerSecret: process.env.STORE_SECRET, version: "wc/v3",
});
const empty = await signed.get("orders", { per_page: 5, orderby: "id" });
console.log("signed", empty.status, empty.data.length);
