package wcauth

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// formatted decodes an address once more, and adds https:// when it has no scheme.
func formatted(address string) string {
	address = urldecode(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	return address
}

// urldecode is PHP's urldecode: malformed escapes stay as they are.
func urldecode(s string) string {
	decoded := rest.ParseQuery("x=" + strings.ReplaceAll(s, "&", "%26"))
	return rest.Text(decoded.Value("x"))
}

// urlencode is PHP's urlencode: like QueryEscape, but "~" is escaped.
func urlencode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "~", "%7E") }

// rawurlencode is PHP's rawurlencode: a blank is %20.
func rawurlencode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// argument is a name and the encoded text that it gets in an address.
type argument struct{ name, value string }

// withArguments is WordPress's add_query_arg. The query that the address already has is decoded and encoded again. The
// arguments added are not encoded.
func withArguments(address string, added ...argument) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	address, query, _ := strings.Cut(address, "?")
	all := &rest.Object{}
	for name, value := range rest.ParseQuery(query).All() {
		all.Set(name, urlencode(rest.Text(value)))
	}
	for _, a := range added {
		all.Set(a.name, a.value)
	}
	pairs := make([]string, 0, all.Len())
	for name, value := range all.All() {
		pair := urlencode(name)
		if text := rest.Text(value); text != "" {
			pair += "=" + text
		}
		pairs = append(pairs, pair)
	}
	if len(pairs) > 0 {
		address += "?" + strings.Join(pairs, "&")
	}
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// endpoint is the address of another page with the same parameters.
func (v *visit) endpoint(route string) string {
	page := v.base + Prefix + "/" + route + "/"
	if v.config.Plain != nil && v.config.Plain() {
		// The argument means nothing to WordPress (docs/woocommerce/authentication.md#wc-auth-permalinks).
		page = v.base + "/?" + strings.TrimPrefix(Prefix, "/") + "=" + route
	}
	return withArguments(page,
		argument{"app_name", v.clean("app_name")},
		argument{"user_id", v.clean("user_id")},
		argument{"return_url", rawurlencode(formatted(v.text("return_url")))},
		argument{"callback_url", rawurlencode(formatted(v.text("callback_url")))},
		argument{"scope", v.clean("scope")},
	)
}

// returnAddress leads the browser back to the application, with the outcome in its query.
func (v *visit) returnAddress(success string) string {
	return withArguments(formatted(v.text("return_url")), argument{"success", success}, argument{
		"user_id", v.clean("user_id"),
	})
}

var notInRedirect = regexp.MustCompile(`(?i)[^a-z0-9\-~+_.?#=&;,/:%!*\[\]()@]`)

// sanitizeRedirect is wp_sanitize_redirect. Blanks and everything beyond ASCII are escaped. Characters that cannot
// stand in an address are left out.
func sanitizeRedirect(address string) string {
	var b strings.Builder
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case c == ' ':
			b.WriteString("%20")
		case c >= 0x80:
			b.WriteString(url.QueryEscape(address[i : i+1]))
		default:
			b.WriteByte(c)
		}
	}
	return notInRedirect.ReplaceAllString(b.String(), "")
}

// safeRedirect is wp_validate_redirect: an address of the site itself, else fallback.
func safeRedirect(address, base, fallback string) string {
	parsed, err := url.Parse(wptext.SanitizeURL(address))
	if address == "" || err != nil || strings.HasPrefix(address, "//") {
		return fallback
	}
	own, err := url.Parse(base)
	if parsed.Host == "" && strings.HasPrefix(address, "/") || err == nil && strings.EqualFold(parsed.Host, own.Host) {
		return address
	}
	return fallback
}
