package catalogue

// Invisible is a cause that cannot be seen from outside, with the reason and with what to do.
type Invisible struct {
	ID      string `json:"id"`
	Reason  string `json:"reason"`
	Instead string `json:"instead"`
}

// Invisibles lists the causes that no run can show. They are faults of one client, of one request, or lie behind the
// store; the catalogue explains them all the same.
func Invisibles() []Invisible {
	return []Invisible{
		{"keys-in-body", "a fault of the client: it puts the key into the body of its request",
			"send the key in the Authorization header; WooCommerce reads it from there or from the address, never " +
				"from a body"},
		{"auth-bearer", "a fault of the client: it sends the key as a Bearer token", "send it as Basic authentication"},
		{"oauth-encoding", "a fault of the client's signatures, only for arguments with brackets, blanks or dots",
			"use the https address with Basic authentication, or sign with RFC 3986 encoding"},
		{"oauth-form-body", "a fault of the client: the store signs form fields together with the arguments",
			"send JSON bodies"},
		{"oauth-nonce-reused", "a fault of the client or of a proxy that repeats requests",
			"make a new nonce and timestamp for every try"},
		{"oauth-bad-method", "a fault of the client: PLAINTEXT or RSA signatures",
			"sign with HMAC-SHA256 or HMAC-SHA1"},
		{"network-route-single-site",
			"/orders/network exists only in multisite networks, and Waybill never asks for it", "ask for /orders"},
		{"rest-auth-required", "harmless: only anonymous visitors are refused, keys work", "nothing to do"},
		{"rest-solid-security", "harmless: it closes wp/v2 only, WooCommerce's routes stay open", "nothing to do"},
		{"wc-coming-soon", "harmless: WooCommerce's own coming-soon page leaves the API open", "nothing to do"},
		{"robots-noindex", "harmless: WordPress sends X-Robots-Tag: noindex with every REST answer", "nothing to do"},
		{"customer-protected-role", "it shows only when e-mail or password of such a user is really changed",
			"change them in wp-admin; the API refuses it to everybody for roles other than customer and subscriber"},
		{"write-refused-by-content", "“works” says of a write that it arrives and is permitted; a plugin that " +
			"refuses it " +
			"by what is in it (no customer, no status, only certain products) shows only when it is written",
			"read the answer to the first real write: it names the code of who refuses"},
		{"database-saves-nothing", "a write that goes through would change the store, so none is tried: a database " +
			"that is full or may only be read shows with the first real write, as 500 or as an answer with the old " +
			"values", "read a record again after the first write; Waybill compares what comes back"},
		{"batch-partial", "a batch answers 200 and says inside which items failed; nothing is wrong with the store",
			"read the error of each item"},
		{"rest-invalid-json", "a fault of the client: its body is no JSON", "send valid JSON"},
		{"refund-500-is-4xx", "the same in every WooCommerce: refunds answer 500 around a 404 or 400",
			"go by the code, do not repeat"},
		{"system-status-stale", "WooCommerce keeps its system status for up to an hour", "wait an hour"},
		{"page-beyond-total-zero", "the same in every WooCommerce: a page beyond the last says total 0",
			"do not trust the total of an empty page"},
		{"pagination-drift", "it happens while records change between two pages",
			"order by id, or read by modified_after; Waybill does"},
		{"date-plus-unescaped", "a fault of the client: + in a date is a blank", "write %2B, or use Z"},
		{"date-only", "a fault of the client: a date needs its time", "add T00:00:00"},
		{"hpos-direct-sql", "it concerns a program that reads the database instead of the API",
			"read through the API, or switch on compatibility mode"},
		{"sku-duplicate", "it shows only when a product is written; the answer names the other product",
			"update that product, or empty the trash"},
		{"sku-lookup-orphan", "it shows only when a product is written",
			"WooCommerce > Status > Tools > Regenerate the product lookup tables"},
		{"variation-via-products", "a fault of the client: a variation is not addressed through its product",
			"use /products/{product}/variations/{variation}"},
		{"stock-not-managed", "it concerns one product: its stock is not managed", "send manage_stock: true"},
		{"type-strict", "a fault of the client: prices are strings", "send strings"},
		{"image-sideload", "it shows only when the store fetches an image",
			"give public https addresses with an extension"},
		{"image-id", "a fault of the client: the number is no image's", "upload the image first"},
		{"order-ghost-line", "it shows only when an order with an unknown product is created",
			"look the product up first"},
		{"order-draft-left", "it shows only when creating an order fails half way",
			"delete the order that data.new_draft_order_id names"},
		{"order-empty-created", "the same in every WooCommerce: an order needs no field", "check before sending"},
		{"customer-exists", "it shows only when a customer is created", "look the e-mail up with role=all"},
		{"localized-message", "it concerns programs that read messages: stores translate them", "go by the code"},
		{"webhook-deduped", "the same in every WooCommerce: two quick changes make one event",
			"take an event for “changed” and read the record"},
		{"webhook-owner-caps", "the API does not say whose webhook it is; it shows in what arrives",
			"make the webhook with a user who may read the records"},
		{"webhook-legacy-version", "the API does not show which version a webhook was made for",
			"WooCommerce > Settings > Advanced > Webhooks > API version: WP REST API Integration v3; legacy ones " +
				"deliver nothing since WooCommerce 9.0"},
		{"webhook-signature", "it concerns the receiver",
			"compute it over the raw body with the webhook's own secret, base64"},
		{"webhook-ping", "it concerns the receiver: the first delivery is a form without a signature",
			"answer 200 to it"},
		{"webhook-receiver-slow", "it concerns the receiver", "acknowledge at once, work afterwards"},
		{"webhook-bulk-missing", "changes past WordPress (SQL, importers) make no events",
			"poll by modified_after as well; Waybill does"},
		{"webhook-random-loss", "a delivery is tried once", "poll by modified_after as well; Waybill does"},
		{"wc-auth-callback", "it concerns the page that hands out keys",
			"the callback must be https and answer exactly 200"},
	}
}
