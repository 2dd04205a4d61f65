package woo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"testing"
)

// answers gives a body or an error for each path.
type answers map[string]any

func (a answers) Do(_ context.Context, r Request) (*Response, error) {
	switch answer := a[r.Path].(type) {
	case string:
		return &Response{Status: http.StatusOK, Body: json.RawMessage(answer)}, nil
	case error:
		return nil, answer
	}
	return nil, &Error{Kind: KindAPI, Status: http.StatusNotFound, Code: "rest_no_route"}
}

const ordersInIndex = `{"routes":{"/wc/v3/orders":{"endpoints":[
	{"methods":["POST"],"args":{"status":{"enum":["pending","nonsense"]}}},
	{"methods":["GET"],"args":{"status":{"type":"array","items":{"enum":["any","trash","auto-draft","pending","wrapped","checkout-draft"]}}}}]}}}`

func TestStatusesComeFromTheirListOrFromTheIndex(t *testing.T) {
	t.Parallel()
	refused := &Error{Kind: KindAPI, Status: http.StatusForbidden, Code: "rest_forbidden"}
	for name, tt := range map[string]struct {
		store answers
		want  []string
	}{
		"their list": {answers{
			"orders/statuses": `[{"slug":"pending","name":"x"},{"slug":"parked"},{"slug":"checkout-draft"}]`,
		}, []string{"pending", "parked", "checkout-draft"}},
		"an older store": {answers{"": ordersInIndex}, []string{"pending", "wrapped", "checkout-draft"}},
		"a refused path": {answers{
			"orders/statuses": refused, "": ordersInIndex,
		}, []string{"pending", "wrapped", "checkout-draft"}},
		"an empty list": {answers{
			"orders/statuses": `[]`, "": ordersInIndex,
		}, []string{"pending", "wrapped", "checkout-draft"}},
		"not even a list": {answers{
			"orders/statuses": `{"a":1}`, "": ordersInIndex,
		}, []string{"pending", "wrapped", "checkout-draft"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := OrderStatuses(t.Context(), tt.store)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("the statuses are %v (%v), want %v", got, err, tt.want)
			}
		})
	}
}

func TestAStoreThatNamesNoStatusesOrFailsIsAnError(t *testing.T) {
	t.Parallel()
	if got, err := OrderStatuses(t.Context(), answers{"": `{"routes":{}}`}); err == nil {
		t.Errorf("an index without orders gave %v", got)
	}
	down := &Error{Kind: KindNetwork}
	if _, err := OrderStatuses(t.Context(), answers{
		"orders/statuses": down, "": ordersInIndex,
	}); !errors.Is(err, down) {
		t.Errorf("a store that is down was asked on: %v", err)
	}
}
