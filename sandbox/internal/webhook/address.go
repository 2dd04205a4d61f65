package webhook

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// validAddress is wc_is_valid_url: http:// or https:// in lower case, and an address to PHP. Whether the store may call
// the address is checked only at a delivery (recordings: wh-url-*).
func validAddress(address string) bool {
	return (strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")) && wptext.IsURL(address)
}

// keptAddress is the address as WooCommerce stores it: without characters that cannot stand in an address.
func keptAddress(address string) string { return wptext.SanitizeURL(address) }
