package recording

import (
	"net/http"
	"testing"
)

func TestNestedIDsAreFollowedOnceStepsAreMissing(t *testing.T) {
	t.Parallel()
	const (
		created  = `{"request":{"method":"POST"},"response":{"status":201,"body":{"id":102,"lines":[{"id":7,"meta_data":[{"id":7}]}]}}}`
		ours     = `{"id":100,"lines":[{"id":5,"meta_data":[{"id":6}]}]}`
		listed   = `{"request":{"method":"GET"},"response":{"status":200,"body":[{"id":102,"lines":[{"id":7,"meta_data":[{"id":7}]}]}]}}`
		refused  = `{"request":{"method":"POST"},"response":{"status":400,"body":{"code":"c","message":"m","data":{"status":400,"new_draft_order_id":104}}}}`
		draft    = `{"code":"c","message":"m","data":{"status":400,"new_draft_order_id":101}}`
		drafted  = `{"request":{"method":"GET"},"response":{"status":200,"body":{"id":104}}}`
		complete = `{"request":{"method":"POST"},"response":{"status":201,"body":{"id":100,"lines":[{"id":7}]}}}`
	)
	context := NewContext(nil, nil)
	compare := func(recorded string, status int, body string) string {
		return paths(Compare(step(t, recorded), Answer{Status: status, Header: http.Header{}, Body: []byte(body)},
			context))
	}
	if got := compare(complete, 201, `{"id":100,"lines":[{"id":5}]}`); got != "$.lines[0].id" {
		t.Errorf("with no step missing a wrong line id is a difference; got %q", got)
	}
	for _, c := range []struct {
		recorded string
		status   int
		body     string
		want     string
	}{
		{created, 201, ours, ""},
		{listed, 200, `[` + ours + `]`, ""},
		{
			listed, 200, `[{"id":100,"lines":[{"id":6,"meta_data":[{"id":5}]}]}]`,
			"$[0].lines[0].id $[0].lines[0].meta_data[0].id",
		},
		{refused, 400, draft, ""},
		{drafted, 200, `{"id":101}`, ""},
	} {
		if got := compare(c.recorded, c.status, c.body); got != c.want {
			t.Errorf("%s against %s: differences %q, want %q", c.body, c.recorded, got, c.want)
		}
	}
}
