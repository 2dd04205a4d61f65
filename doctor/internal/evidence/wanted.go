package evidence

import (
	"slices"
	"strings"
)

// TargetFacts describe what was asked about, without the secret.
type TargetFacts struct {
	Given       string   `json:"given"` // the address as given, a password inside it removed
	Base        string   `json:"base"`  // the shop's address as the doctor understood it
	Pasted      Pasted   `json:"pasted"`
	HasKey      bool     `json:"has_key"`
	Key         KeyShape `json:"key"`
	Scopes      []Scope  `json:"scopes"`
	DeliveryURL string   `json:"delivery_url,omitempty"` // the receiver that should exist, its query removed
	// SitePassword: the address carried a user and password for the whole site.
	SitePassword bool `json:"site_password,omitempty"`
}

// KeyShape is what can be said about key and secret without showing them.
type KeyShape struct {
	Last7         string `json:"last7,omitempty"` // what WooCommerce shows as "…1234567"
	KeyPrefix     string `json:"key_prefix,omitempty"`
	KeyOK         bool   `json:"key_ok"`    // ck_ and 40 hexadecimal digits
	SecretOK      bool   `json:"secret_ok"` // cs_ and 40 hexadecimal digits
	Swapped       bool   `json:"swapped,omitempty"`
	KeyLength     int    `json:"key_length,omitempty"`
	SecretLength  int    `json:"secret_length,omitempty"`
	SecretBlanks  bool   `json:"secret_blanks,omitempty"`   // blanks or a line end around or inside the secret
	KeyBlanks     bool   `json:"key_blanks,omitempty"`      // inside the key; around it WordPress forgives them
	KeyQuoted     bool   `json:"key_quoted,omitempty"`      // quotation marks around it
	KeyUpper      bool   `json:"key_upper,omitempty"`       // would be well formed in lower case
	LooksLikeUser bool   `json:"looks_like_user,omitempty"` // a login or e-mail address in place of the key
	AppPassword   bool   `json:"app_password,omitempty"`    // the secret has the shape of an application password
}

// Pasted is what an address held besides the address of the shop.
type Pasted struct {
	API         string `json:"api,omitempty"`          // "/wp-json/wc/v3" and what followed, as given
	Version     string `json:"version,omitempty"`      // "v3" when the API path named one
	Legacy      bool   `json:"legacy,omitempty"`       // "/wc-api/v3", the API that left WooCommerce in 9.0
	RestRoute   bool   `json:"rest_route,omitempty"`   // "?rest_route=/wc/v3"
	Admin       bool   `json:"admin,omitempty"`        // "/wp-admin" or "/wp-login.php"
	IndexPHP    bool   `json:"index_php,omitempty"`    // "/index.php"
	DoubleSlash bool   `json:"double_slash,omitempty"` // "//" inside the path
	Encoded     bool   `json:"encoded,omitempty"`      // "%2F" inside the path
	UpperCase   bool   `json:"upper_case,omitempty"`   // "/WP-JSON/", "/WC/v3"
	KeyInURL    bool   `json:"key_in_url,omitempty"`   // consumer_key or consumer_secret as an argument
	NoScheme    bool   `json:"no_scheme,omitempty"`
	Path        string `json:"path,omitempty"` // what is left below the host and may be the shop's directory or a page
}

// Wants reports whether any of the scopes is asked for.
func (t TargetFacts) Wants(scopes ...Scope) bool {
	return slices.ContainsFunc(scopes, func(s Scope) bool { return slices.Contains(t.Scopes, s) })
}

// Writes reports whether the integration changes anything on the store.
func (t TargetFacts) Writes() bool {
	return slices.ContainsFunc(t.Scopes, func(s Scope) bool {
		return strings.HasSuffix(string(s), ":write") || strings.HasSuffix(string(s), ":delete") ||
			s == WebhooksScope || s == SettingsScope
	})
}

// ScopeNames are the scopes as a flag takes them.
func ScopeNames(t TargetFacts) string {
	names := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}
