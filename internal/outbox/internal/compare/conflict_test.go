package compare

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/waybillhq/waybill/internal/storage"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

const seen = `{"id":7,"status":"processing","customer_note":"","total":"10.00","date_modified_gmt":"2026-01-01T00:00:00",
	"billing":{"first_name":"Ann","city":"Oakland"},"line_items":[{"id":1,"quantity":1,"total":"10.00"}],
	"coupon_lines":[{"id":3,"code":"spring","discount":"1.00"}],"categories":[{"id":15,"name":"A","slug":"a"},{"id":9,"name":"B","slug":"b"}],
	"meta_data":[{"id":5,"key":"channel","value":"web"},{"id":6,"key":"route","value":{"stops":[1,2]}}]}`

func TestAnUpdateIsHeldAgainstTheRecordAsItIsNow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		body    string
		now     string // what changed on the store since, as a body
		policy  intent.Policy
		send    string // expected body; empty: not sent
		clashes []string
	}{
		{
			name:   "nobody else was there",
			body:   `{"status":"completed"}`,
			policy: intent.Merge,
			send:   `{"status":"completed"}`,
		},
		{name: "somebody edited another field", body: `{"status":"completed"}`, now: `{"customer_note":"ring twice"}`,
			policy: intent.Merge, send: `{"status":"completed"}`},
		{name: "somebody edited another field of the same address", body: `{"billing":{"city":"Berkeley"}}`,
			now: `{"billing":{"first_name":"Anne"}}`, policy: intent.Merge, send: `{"billing":{"city":"Berkeley"}}`},
		{name: "somebody edited the same field", body: `{"status":"completed"}`, now: `{"status":"cancelled"}`,
			policy: intent.Merge, clashes: []string{"status"}},
		{name: "somebody made the same edit", body: `{"status":"completed"}`, now: `{"status":"completed"}`,
			policy: intent.Merge, send: `{"status":"completed"}`},
		{name: "the same amount is written another way", body: `{"total":"12"}`, now: `{"total":"12.00"}`,
			policy: intent.Merge, send: `{"total":"12"}`},
		{name: "another line was edited", body: `{"line_items":[{"id":1,"quantity":2}]}`, now: `{"customer_note":"x"}`,
			policy: intent.Merge, send: `{"line_items":[{"id":1,"quantity":2}]}`},
		{name: "the same line was edited", body: `{"line_items":[{"id":1,"quantity":2}]}`,
			now: `{"line_items":[{"id":1,"quantity":5}]}`, policy: intent.Merge,
			clashes: []string{"line_items[1].quantity"}},
		{name: "the same meta entry was edited", body: `{"meta_data":[{"key":"channel","value":"pos"}]}`,
			now: `{"meta_data":[{"id":5,"key":"channel","value":"app"}]}`, policy: intent.Merge,
			clashes: []string{"meta_data[channel]"}},
		{name: "a meta entry is named by its id", body: `{"meta_data":[{"id":5,"value":"pos"}]}`,
			now: `{"meta_data":[{"id":5,"key":"channel","value":"app"}]}`, policy: intent.Merge,
			clashes: []string{"meta_data[#5]"}},
		{name: "another meta entry was edited", body: `{"meta_data":[{"key":"erp","value":"1"}]}`,
			now: `{"meta_data":[{"id":5,"key":"channel","value":"app"}]}`, policy: intent.Merge,
			send: `{"meta_data":[{"key":"erp","value":"1"}]}`},
		{name: "a member of a meta value was edited", body: `{"meta_data":[{"key":"route","value":{"stops":[1]}}]}`,
			now: `{"meta_data":[{"id":6,"key":"route","value":{"stops":[1,2],"van":7}}]}`, policy: intent.Merge,
			clashes: []string{"meta_data[route]"}},
		{name: "a list that is replaced as a whole was edited", body: `{"categories":[{"id":15}]}`,
			now:     `{"categories":[{"id":15,"name":"A","slug":"a"},{"id":20,"name":"C","slug":"c"}]}`,
			policy:  intent.Merge,
			clashes: []string{"categories"}},
		{name: "the same list was chosen by somebody else", body: `{"categories":[{"id":20},{"id":15}]}`,
			now:    `{"categories":[{"id":15,"name":"A","slug":"a"},{"id":20,"name":"C","slug":"c"}]}`,
			policy: intent.Merge,
			send:   `{"categories":[{"id":20},{"id":15}]}`},
		{name: "coupons were edited", body: `{"coupon_lines":[]}`, now: `{"coupon_lines":[{"id":4,"code":"summer"}]}`,
			policy: intent.Merge, clashes: []string{"coupon_lines"}},
		{name: "a line to remove was edited", body: `{"line_items":[{"id":1,"quantity":0}]}`,
			now: `{"line_items":[{"id":1,"quantity":5}]}`, policy: intent.Merge, clashes: []string{"line_items[1]"}},
		{name: "a line to remove was removed by somebody else", body: `{"line_items":[{"id":1,"product_id":null}]}`,
			now: `{"line_items":[]}`, policy: intent.Merge, send: `{"line_items":[{"id":1,"product_id":null}]}`},
		{name: "a line to change was removed by somebody else", body: `{"line_items":[{"id":1,"quantity":2}]}`,
			now: `{"line_items":[]}`, policy: intent.Merge, clashes: []string{"line_items[1].quantity"}},
		{name: "policy reject names a line that went once", body: `{"status":"completed"}`, now: `{"line_items":[]}`,
			policy: intent.Reject, clashes: []string{"line_items[1]"}},
		{name: "policy store keeps an edited meta entry",
			body: `{"status":"completed","meta_data":[{"id":5,"key":"channel","value":"pos"},{"key":"erp","value":"1"}]}`, now: `{"meta_data":[{"id":5,"key":"channel","value":"app"}]}`, policy: intent.StoreWins, send: `{"status":"completed","meta_data":[{"key":"erp","value":"1"}]}`},
		{name: "policy store leaves an edited line where it is",
			body: `{"status":"completed","line_items":[{"id":1,"quantity":0}]}`,
			now:  `{"line_items":[{"id":1,"quantity":5}]}`, policy: intent.StoreWins, send: `{"status":"completed"}`},
		{name: "policy reject minds any edit", body: `{"status":"completed"}`, now: `{"customer_note":"x"}`,
			policy: intent.Reject, clashes: []string{"customer_note"}},
		{name: "policy reject does not mind a date that moved by itself", body: `{"status":"completed"}`,
			now: `{"date_modified_gmt":"2026-02-02T00:00:00"}`, policy: intent.Reject, send: `{"status":"completed"}`},
		{name: "policy caller minds nothing", body: `{"status":"completed"}`, now: `{"status":"cancelled"}`,
			policy: intent.CallerWins, send: `{"status":"completed"}`},
		{name: "policy store keeps what somebody edited and sends the rest",
			body: `{"status":"completed","customer_note":"mine"}`, now: `{"status":"cancelled"}`,
			policy: intent.StoreWins,
			send:   `{"customer_note":"mine"}`},
		{name: "policy store keeps one field of an address", body: `{"billing":{"city":"Berkeley","first_name":"A"}}`,
			now: `{"billing":{"city":"Reno"}}`, policy: intent.StoreWins, send: `{"billing":{"first_name":"A"}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := intent.Write{
				ID:       "w",
				Resource: storage.Orders,
				Action:   intent.Update,
				Body:     json.RawMessage(test.body),
				Base:     json.RawMessage(seen),
				Policy:   test.policy,
			}
			got, err := Decide(w, nil, edited(t, seen, test.now))
			if err != nil {
				t.Fatal(err)
			}
			if test.send == "" {
				if got.Park == nil {
					t.Fatalf("was sent as %s, want it parked", got.Body)
				}
				var fields []string
				for _, f := range got.Park.Fields {
					fields = append(fields, f.Field)
				}
				if !slices.Equal(fields, test.clashes) || got.Park.Theirs == nil {
					t.Errorf("clashes %v with theirs %s, want %v and the store's version", fields, got.Park.Theirs,
						test.clashes)
				}
				return
			}
			if got.Park != nil || !document.Same(got.Body, json.RawMessage(test.send)) {
				t.Errorf("sent %s (parked: %+v), want %s", got.Body, got.Park, test.send)
			}
		})
	}
}

func TestPolicyStoreSendsNothingWhenEveryFieldWasTaken(t *testing.T) {
	t.Parallel()
	w := intent.Write{Resource: storage.Orders, Action: intent.Update, Body: json.RawMessage(`{"status":"completed"}`),
		Base: json.RawMessage(seen), Policy: intent.StoreWins}
	got, err := Decide(w, nil, edited(t, seen, `{"status":"cancelled"}`))
	if err != nil || got.Empty == nil || got.Empty.Code != intent.CodeStoreKept {
		t.Errorf("got %+v, %v; want the store's version kept", got, err)
	}
}

func TestAnEarlierWriteOfOursIsNotSomebodyElsesEdit(t *testing.T) {
	t.Parallel()
	first := intent.Write{ID: "1", Body: json.RawMessage(`{"status":"on-hold"}`)}
	second := intent.Write{
		ID:       "2",
		Resource: storage.Orders,
		Action:   intent.Update,
		Body:     json.RawMessage(`{"status":"completed"}`),
		Base:     json.RawMessage(seen),
		Policy:   intent.Merge,
	}
	now := edited(t, seen, `{"status":"on-hold"}`)
	if got, err := Decide(second, []intent.Write{first}, now); err != nil || got.Park != nil {
		t.Errorf("parked %+v, %v; our own write came between", got.Park, err)
	}
	foreign := edited(t, seen, `{"status":"cancelled"}`)
	if got, err := Decide(second, []intent.Write{first}, foreign); err != nil || got.Park == nil {
		t.Errorf("sent %s, %v; somebody changed it after our own write", got.Body, err)
	}
}

func TestALostUpdateIsRecognisedByItsValues(t *testing.T) {
	t.Parallel()
	w := intent.Write{ID: "w1", Resource: storage.Orders, Action: intent.Update,
		Body: json.RawMessage(
			`{"status":"completed","billing":{"city":"Reno"},"meta_data":[{"key":"erp","value":{"n":1}}]}`,
		)}
	if Reflects(w, json.RawMessage(seen), false) {
		t.Error("the untouched record is taken for the updated one")
	}
	after := edited(t, seen, `{"status":"completed","billing":{"city":"Reno"}}`)
	after = edited(t, string(after), `{"meta_data":[{"id":9,"key":"erp","value":{"n":1}}]}`)
	if !Reflects(w, after, false) {
		t.Errorf("the updated record is not recognised: %s", after)
	}
}

// What is lost and was not in effect must never pass for done.
func TestALostUpdateIsOnlyTakenForDoneWhenTheRecordProvesIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, now string
		want            bool
	}{
		{"coupons that are not there", `{"coupon_lines":[{"code":"SUMMER"}]}`, "", false},
		{"coupons that are there, in the store's spelling", `{"coupon_lines":[{"code":"SPRING"}]}`, "", true},
		{"coupons taken off that are still there", `{"coupon_lines":[]}`, "", false},
		{"categories that are not there", `{"categories":[{"id":20}]}`, "", false},
		{"categories in another order", `{"categories":[{"id":9},{"id":15}]}`, "", true},
		{"fewer categories than there are", `{"categories":[{"id":9}]}`, "", false},
		{"images that are not there", `{"images":[{"src":"https://cdn.example/a.png"}]}`, "", false},
		{"a line removed that is still there", `{"line_items":[{"id":1,"quantity":0}]}`, "", false},
		{"a line removed that is gone", `{"line_items":[{"id":1,"quantity":0}]}`, `{"line_items":[]}`, true},
		{"a line removed by a null", `{"line_items":[{"id":1,"product_id":null}]}`, `{"line_items":[]}`, true},
		{"payment that has not happened", `{"set_paid":true}`, "", false},
		{"payment that has", `{"set_paid":true}`, `{"date_paid":"2026-01-01T00:00:00"}`, true},
		{"a password, which no record shows", `{"password":"x"}`, "", false},
		{"meta data by id", `{"meta_data":[{"id":5,"value":"web"}]}`, "", true},
		{"meta data by id, not in effect", `{"meta_data":[{"id":5,"value":"pos"}]}`, "", false},
		{"meta data whose value is an object with a member less", `{"meta_data":[{"key":"route","value":{}}]}`, "",
			false},
		{"meta data removed that is still there", `{"meta_data":[{"key":"channel","value":null}]}`, "", false},
		{"meta data removed that is gone", `{"meta_data":[{"key":"channel","value":null}]}`, `{"meta_data":[]}`, true},
		{"one of two entries of a key", `{"meta_data":[{"key":"channel","value":"web"}]}`,
			`{"meta_data":[{"id":5,"key":"channel","value":"web"},{"id":8,"key":"channel","value":"app"}]}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := intent.Write{
				ID:       "w1",
				Resource: storage.Orders,
				Action:   intent.Update,
				Body:     json.RawMessage(test.body),
			}
			if got := Reflects(w, edited(t, seen, test.now), false); got != test.want {
				t.Errorf("taken for done: %v, want %v", got, test.want)
			}
		})
	}
}

func TestAnAddedLineIsRecognisedByItsMarkerOnly(t *testing.T) {
	t.Parallel()
	w := intent.Write{ID: "w1", Resource: storage.Orders, Action: intent.Update,
		Body: json.RawMessage(`{"fee_lines":[{"name":"Gift wrap","total":"2.50"}]}`)}
	sent, err := intent.Marked(w, w.Body)
	if err != nil {
		t.Fatal(err)
	}
	same1 := edited(t, seen, `{"fee_lines":[{"id":3,"name":"Gift wrap","total":"2.50","meta_data":[]}]}`)
	if Reflects(w, same1, false) {
		t.Error("a line that somebody else added is taken for ours")
	}
	if !Reflects(w, edited(t, seen, string(sent)), false) {
		t.Errorf("our own line is not recognised in %s", sent)
	}
}

// Whatever two people edit in different fields of one record, a merge sends exactly what the caller named.
func TestDisjointEditsAlwaysMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"status", "customer_note", "transaction_id", "currency", "payment_method", "total"}
		mine := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 5, rapid.ID[string]).Draw(t, "mine")
		base, now, body := map[string]string{}, map[string]string{}, map[string]string{}
		for _, n := range names {
			base[n] = rapid.String().Draw(t, "before")
			now[n] = base[n]
			if slices.Contains(mine, n) {
				body[n] = rapid.String().Draw(t, "wanted")
			} else if rapid.Bool().Draw(t, "foreign") {
				now[n] = rapid.String().Draw(t, "after")
			}
		}
		w := intent.Write{
			Resource: storage.Orders,
			Action:   intent.Update,
			Policy:   intent.Merge,
			Body:     mustJSON(body),
			Base:     mustJSON(base),
		}
		got, err := Decide(w, nil, mustJSON(now))
		if err != nil || got.Park != nil || !document.Same(got.Body, w.Body) {
			t.Fatalf("got %+v, %v", got, err)
		}
	})
}

func mustJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// edited is a record after an edit: objects are merged, lists replaced or added to by their first entry's key.
func edited(t testing.TB, record, edit string) json.RawMessage {
	t.Helper()
	var into map[string]any
	if err := json.Unmarshal([]byte(record), &into); err != nil {
		t.Fatal(err)
	}
	if edit == "" {
		return mustJSON(into)
	}
	var from map[string]any
	if err := json.Unmarshal([]byte(edit), &from); err != nil {
		t.Fatal(err)
	}
	for name, value := range from {
		if nested, ok := value.(map[string]any); ok {
			for k, v := range nested {
				into[name].(map[string]any)[k] = v
			}
			continue
		}
		into[name] = value
	}
	return mustJSON(into)
}
