package wcauth

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// formatted decodes an address once more and gives it a scheme.
func formatted(address string) string {
	address = urldecode(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	return address
}

// urldecode is PHP's: what is no escape stays as it is.
func urldecode(s string) string {
	decoded := rest.ParseQuery("x=" + strings.ReplaceAll(s, "&", "%26"))
	return rest.Text(decoded.Value("x"))
}

// urlencode is PHP's: like QueryEscape, but "~" is escaped.
func urlencode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "~", "%7E") }

// rawurlencode is PHP's: a blank is %20.
func rawurlencode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// argument is a name and the text it gets in an address, as it is.
type argument struct{ name, value string }

// withArguments is WordPress's add_query_arg: what the address has in its query already is decoded and encoded again,
// what is added is not encoded.
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
		// An argument that nothing reads (docs/woocommerce/authentication.md#wc-auth-permalinks).
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

// returnAddress leads back to the application and tells it what happened.
func (v *visit) returnAddress(success string) string {
	return withArguments(formatted(v.text("return_url")), argument{"success", success}, argument{
		"user_id", v.clean("user_id"),
	})
}

var notInRedirect = regexp.MustCompile(`(?i)[^a-z0-9\-~+_.?#=&;,/:%!*\[\]()@]`)

// sanitizeRedirect is wp_sanitize_redirect: blanks and everything beyond ASCII are escaped, what cannot stand in an
// address is left out.
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

// safeRedirect is wp_validate_redirect: only to the site itself.
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
