package rest

import (
	"net/http"
	"strconv"
)

// Paginate adds X-WP-Total, X-WP-TotalPages and the Link header with rel prev and next to the answer of a collection,
// as WooCommerce's controllers do. The links repeat the current query, so parameters changed with Request.Set appear in
// them. collection is the path of the collection, e.g. "/wc/v3/orders".
func Paginate(r *Request, response *Response, collection string, total, totalPages int) {
	if response.Header == nil {
		response.Header = make(http.Header, 3)
	}
	response.Header["X-Wp-Total"] = []string{strconv.Itoa(total)}
	response.Header["X-Wp-Totalpages"] = []string{strconv.Itoa(totalPages)}

	page := int(r.Int("page"))
	if page < 1 {
		page = 1
	}
	if page <= 1 && totalPages <= page {
		return
	}
	link := func(rel string, number int) {
		query, fragment := relayedQuery(r.Query)
		query.Set("page", int64(number))
		address := r.RESTURL(collection)
		response.Header.Add("Link", "<"+addQuery(address, query)+fragment+`>; rel="`+rel+`"`)
	}
	if page > 1 {
		previous := min(page-1, totalPages)
		link("prev", previous)
	}
	if totalPages > page {
		link("next", page+1)
	}
}

// Pages returns the number of pages of total records.
func Pages(total, perPage int) int {
	if perPage <= 0 {
		return 0
	}
	return (total + perPage - 1) / perPage
}
