package pagesize

import (
	"net/http"

	"github.com/waybillhq/waybill/woo"
)

// TooHeavy says whether a smaller page might pass where this one failed: memory, time and a damaged record all look
// like this (docs/woocommerce/answers.md#php-oom, docs/woocommerce/answers.md#bad-record).
func TooHeavy(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok {
		return false
	}
	switch failure.Kind {
	case woo.KindTimeout, woo.KindTruncated, woo.KindTooLarge, woo.KindEmpty, woo.KindInvalidJSON:
		return true
	case woo.KindHTML, woo.KindAPI:
		switch failure.EffectiveStatus() {
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout, cloudflareTimeout:
			return true
		}
	}
	return false
}

// cloudflareTimeout is what Cloudflare answers for a shop that did not answer it in time.
const cloudflareTimeout = 524

// Ceiling finds the most records a page that a store gives in what came of asking for a page of a size; 0 when it gave
// what was asked for. records is how many came. Plugins and hosts lower it: some refuse a larger page, some cut it
// without a word (docs/woocommerce/lists.md#per-page-over-100). WooCommerce counts the pages of a list with the size it
// used, so more pages than there should be give a smaller one away.
func Ceiling(size, total, totalPages, records int, err error) int {
	most := size
	switch {
	case size <= 2: // two is the smallest that can overlap
	case err != nil && refusesSize(err):
		most = 2
		for _, smaller := range sizes {
			if smaller < size {
				most = max(most, smaller)
			}
		}
	case err == nil && total > 0 && totalPages > (total+size-1)/size:
		most = max(2, (total+totalPages-1)/totalPages)
		if records > most && records < total && (total+records-1)/records == totalPages {
			return records // the last page is not full
		}
		if records > most || records >= total {
			return 0 // the count of pages is wrong, not the page cut
		}
	}
	if most < size {
		return most
	}
	return 0
}

// refusesSize says whether a store refused a page for its size.
func refusesSize(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok || failure.Kind != woo.KindAPI || failure.Code != "rest_invalid_param" {
		return false
	}
	_, named := failure.Params["per_page"]
	return named
}
