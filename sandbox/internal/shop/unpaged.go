package shop

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// counted is the answer of a list that has no pages.
func counted(items rest.List) *rest.Response {
	response := &rest.Response{Body: items}
	response.SetHeader("X-WP-Total", itoa(int64(len(items))))
	response.SetHeader("X-WP-TotalPages", itoa(int64(min(len(items), 1))))
	return response
}
