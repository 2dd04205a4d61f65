package catalogue

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
	"github.com/waybillhq/waybill/woo"
)

// Page explains one cause in Markdown: what one sees, how to tell it from what looks alike, what is behind it
// and what to do. It knows the causes that can be seen from outside and those that cannot.
func Page(id string) (page string, ok bool) {
	if c, found := CheckByID(id); found {
		return checkPage(c), true
	}
	for _, v := range Invisibles() {
		if v.ID == id {
			return fmt.Sprintf("# %s\n\nNo run of the doctor can show this one: %s.\n\n## What to do\n\n%s.\n", v.ID,
				v.Reason, evidence.Capitalise(v.Instead)), true
		}
	}
	return "", false
}

// AreaName is an area as a heading for people.
func AreaName(a Area) string {
	return map[Area]string{
		AreaNetwork: "The way to the server", AreaTLS: "The certificate",
		AreaBlocking: "Something in front of the store", AreaRouting: "The address and the road to the API",
		AreaTransport: "How the key travels", AreaKey: "The key", AreaPermissions: "What the owner of the key may do",
		AreaServer:  "What the server does",
		AreaCaching: "Caches", AreaData: "Traps in the data", AreaWebhooks: "Webhooks", AreaSite: "The site",
	}[a]
}

func checkPage(c Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n`%s` · %s · %s\n", c.Title, c.ID, c.Severity, strings.ToLower(AreaName(c.Area)))
	fill := exampleStore().filler(c, exampleHit(c))
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, fill.Replace(text))
		}
	}
	section("What you see", c.See)
	section("How to tell", c.Tell)
	section("What is behind it", c.Cause)
	b.WriteString("\n## What to do\n")
	for _, fix := range c.Fixes {
		if !fix.isProof() {
			WriteFixMarkdown(&b, Fix{fix.Kind, fill.Replace(fix.Text)})
		}
	}
	proof, own := c.proof()
	if !own {
		proof = usualProof(c)
	}
	if text := fill.Replace(proof.Text); proof.Kind == FixLook {
		fmt.Fprintf(&b, "\n## See it before and after\n\n%s\n", text)
	} else {
		fmt.Fprintf(&b, "\n## See it before and after\n\n```sh\n%s\n```\n", text)
	}
	if len(c.Under) > 0 {
		links := make([]string, len(c.Under))
		for i, id := range c.Under {
			links[i] = "[`" + id + "`](" + id + ".md)"
		}
		section("Often a consequence of", strings.Join(links, ", "))
	}
	if len(c.Scopes) > 0 {
		section("Asked for", "`"+
			strings.ReplaceAll(evidence.ScopeNames(evidence.TargetFacts{Scopes: c.Scopes}), ",", "`, `")+"`")
	}
	fmt.Fprintf(&b, "\nAlone: `waybill doctor STORE --check %s`. All causes: [index](README.md).\n", c.ID)
	return b.String()
}

// exampleStore fills the words in braces of a fix where there is no store to speak of.
func exampleStore() *Case {
	f := verdict.Undecided(&evidence.Evidence{
		Local: evidence.LocalFacts{Egress: "203.0.113.5", UserAgent: woo.DefaultUserAgent()},
		Target: evidence.TargetFacts{Base: "https://shop.example", Given: "https://shop.example/my-account",
			Scopes: evidence.DefaultScopes(), Key: evidence.KeyShape{Last7: "0a1b2c3"}},
	})
	f.Owner = evidence.Owner{Known: true, ID: 7, Roles: []string{"waybill_integration"}, Caps: capability.Set{}}
	return &Case{Facts: f}
}

// exampleHit names what a check's fix gives, as it would be filled in on a store.
func exampleHit(c Check) *hit {
	return &hit{vars: map[string]string{"caps": evidence.FirstOf(exampleCaps[c.ID], "read_private_shop_orders"),
		"quoted": "'wc-shipped'", "names": "wc-shipped", "id": "123", "ids": "123 124",
		"delivery": "https://erp.example/hook", "to": "https://www.shop.example", "webhook": "Orders to the ERP",
		"missing": "on-hold", "memory": "41943040", "code": "no_creates",
		"table": "wp_woocommerce_order_items"}}
}

// exampleCaps are capabilities that a cause typically misses.
var exampleCaps = map[string]string{
	"cap-hpos-placeholder": "edit_posts edit_others_posts", "cap-hpos-mixed": "edit_posts edit_others_posts",
	"cap-order-status":   "edit_published_shop_orders",
	"cap-create-missing": "publish_shop_orders", "cap-others": "edit_shop_orders edit_others_shop_orders",
	"cap-published": "edit_published_products",
	"cap-private":   "edit_private_products", "cap-variation": "edit_product", "cap-terms-read": "manage_product_terms",
	"cap-terms-write": "edit_product_terms",
	"cap-customers":   "list_users", "cap-customers-create-version": "promote_users",
	"cap-manage-woocommerce": "manage_woocommerce",
	"cap-reports":            "view_woocommerce_reports", "cap-reviews": "moderate_comments",
	"cap-delete":         "delete_shop_orders delete_others_shop_orders delete_shop_order",
	"role-caps-stripped": "publish_shop_orders edit_others_shop_orders",
}
