package probe

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Curl writes down the quick tests a person would run, ready to paste. They only read. Key and secret stand in the
// environment variables WAYBILL_KEY and WAYBILL_SECRET, so that neither shows in a shell's history.
func Curl(t evidence.Target) (string, error) {
	s, err := evidence.ParseSite(t.URL)
	if err != nil {
		return "", err
	}
	scopes := t.Scopes
	if len(scopes) == 0 {
		scopes = evidence.DefaultScopes()
	}
	base := s.Base()
	var b strings.Builder
	step := func(text, command string) { fmt.Fprintf(&b, "# %s\n%s\n\n", text, command) }
	b.WriteString("# Quick tests of " + base + ". They only read.\nexport WAYBILL_KEY='ck_…' WAYBILL_SECRET='cs_…'\n\n")
	step("1. Is it WordPress, is wc/v3 there, what is its own address? Without the key.",
		"curl -sS '"+base+"/wp-json/?_fields=name,url,home,namespaces'")
	step("2. Where does the site say its API is, and is there a redirect?",
		"curl -sSI '"+base+"/' | grep -iE '^(HTTP|location|link|server)'")
	step("3. Without a key a healthy store says 401 woocommerce_rest_cannot_view.",
		"curl -sS '"+base+"/wp-json/wc/v3/orders?per_page=1&_fields=id'")
	if s.Scheme == "http" {
		b.WriteString("# Over plain HTTP WooCommerce takes signed requests only, which curl cannot make: use the " +
			"https:// address, or waybill doctor.\n")
		return b.String(), nil
	}
	r := evidence.PrimaryOf(evidence.TargetFacts{Scopes: scopes})
	get := func(route, args string) string {
		return "curl -sS -u \"$WAYBILL_KEY:$WAYBILL_SECRET\" '" + base + "/wp-json/" + route + "?" + args + "'"
	}
	step("4. With the key: 200. 401 = not let in, 403 = let in and without the right.",
		get(r.Route, "per_page=1&_fields=id"))
	step("5. A wrong secret: “secret is invalid” shows that key and header arrive.",
		"curl -sS -u \"$WAYBILL_KEY:cs_wrong\" '"+base+"/wp-json/"+r.Route+"?per_page=1&_fields=id'")
	step("6. The key in the address: works where the header gets lost.",
		"curl -sS -G '"+base+"/wp-json/"+r.Route+"' -d per_page=1 -d _fields=id --data-urlencode "+
			"\"consumer_key=$WAYBILL_KEY\" --data-urlencode \"consumer_secret=$WAYBILL_SECRET\"")
	for _, route := range evidence.Signals {
		step("What may the key do on "+route+"?",
			"curl -sS -o /dev/null -D - -X OPTIONS -u \"$WAYBILL_KEY:$WAYBILL_SECRET\" '"+base+"/wp-json/wc/v3/"+route+
				"' | grep -i '^allow'")
	}
	step("Versions and order storage (asks for manage_woocommerce).",
		get("wc/v3/system_status",
			"_fields=environment.version,environment.wp_version,settings.HPOS_enabled,settings.HPOS_sync_enabled"))
	return b.String(), nil
}
