package evidence

import (
	"net/http"
	"slices"
	"strings"
)

// isData says whether an answer is a list of records, or what else was asked for.
func isData(x *Exchange) bool {
	return isWhole(x) && (x.Body.Count >= 0 || x.Of(QueryRight) || !isCollection(x))
}

// isWhole says whether an answer is data and no error.
func isWhole(x *Exchange) bool { return x.Status == http.StatusOK && x.Body.Code == "" }

// isRefunds says whether an answer is the list of all refunds, or there is no such route: it came with WooCommerce 9.0.
func isRefunds(x *Exchange) bool { return x.Body.Code == NoRoute || isData(x) }

func isNotes(x *Exchange) bool { return deletedSince(x) || isData(x) }

func isRecord(x *Exchange) bool {
	return deletedSince(x) || isWhole(x) && x.Body.Count < 0 && len(x.Body.JSON) > 2
}

// deletedSince says whether the record was deleted since it was listed.
func deletedSince(x *Exchange) bool {
	return x.Status == http.StatusNotFound && strings.HasPrefix(x.Body.Code, "woocommerce_rest_") &&
		strings.HasSuffix(x.Body.Code, "_invalid_id")
}

// isStatuses says whether an answer is the list of statuses. It is a route of its own since WooCommerce 9.6; before,
// its name was taken for the id of an order.
func isStatuses(x *Exchange) bool {
	return x.Status == http.StatusOK && x.Body.Count >= 0 ||
		x.Status == http.StatusNotFound &&
			(x.Body.Code == NoRoute || strings.HasPrefix(x.Body.Code, "woocommerce_rest_"))
}

func isNoRoute(x *Exchange) bool { return x.Status == http.StatusNotFound && x.Body.Code == NoRoute }

func isInvalidJSON(x *Exchange) bool {
	return x.Status == http.StatusBadRequest && x.Body.Code == "rest_invalid_json"
}

func isAllowance(x *Exchange) bool { return x.Status == http.StatusOK }

// isCollection says whether the answer to the request is a list of records.
func isCollection(x *Exchange) bool {
	return !slices.ContainsFunc([]string{"/reports", "/shipping_methods", "/settings"}, func(route string) bool {
		return strings.HasSuffix(WithoutArgs(x.Request.URL), route)
	})
}

const dataWords = "200 and data"

const (
	noRouteWords = "404 rest_no_route"
)

// Noisy says that the body is broken for a reason of its own, which has a check of its own.
func Noisy(x *Exchange) bool {
	return x.Body.Garbled != "" || x.Body.Cut || x.Fault != nil && x.Fault.Class == "truncated" || x.Body.Stray != "" ||
		x.Body.Behind != "" || x.Body.BOM
}

// ReportsFatal says that PHP itself tells in the answer that it stopped.
func ReportsFatal(x *Exchange) bool {
	return HasMark(x, "php-error", "wp-fatal", "max-execution", "memory", "db-down")
}

// SaysTotal says that WooCommerce tells with this list how many records there are, also when there are none.
func SaysTotal(x *Exchange) bool {
	_, route, found := strings.Cut(WithoutArgs(x.Request.URL), "/wc/v3/")
	return found && x.Request.Method == http.MethodGet && slices.Contains([]string{"orders", "products", "customers",
		"coupons", "refunds", "webhooks", "products/categories", "products/tags", "products/reviews"}, route)
}

// Uncounted is an empty list that does not say that it is empty.
func Uncounted(x *Exchange) bool {
	return IsJSON(x) && x.Status == http.StatusOK && x.Body.Count == 0 && SaysTotal(x) && Total(x) < 0
}
