package webhook

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// validAddress is wc_is_valid_url: http:// or https:// in lower case, and an address to PHP. Whether the store may call
// it is looked at only when it does (recordings: wh-url-*).
func validAddress(address string) bool {
	return (strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")) && wptext.IsURL(address)
}

// keptAddress is the address as WooCommerce keeps it: without what does not belong into one.
func keptAddress(address string) string { return wptext.SanitizeURL(address) }
