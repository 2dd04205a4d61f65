package dashboard_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
)

func TestAParkedWriteIsDecided(t *testing.T) {
	t.Parallel()
	s := stagedFor(t)
	w := open(t, s.URL())
	id, err := s.Park(t.Context(), "lantern-tea")
	w.ok(err)
	w.visit("/writes?state=undecided")
	w.click(`a[href="/writes/` + id + `"]`)
	w.shows("the shop changed it too")
	for _, part := range []string{"12 Quay Street", "14 Quay Street", "12 Quay Street, rear entrance"} {
		w.shows(part)
	}
	w.click(`input[value=ours] + button`)
	w.shows("Write our version?")
	w.click(`main button.main`)
	w.shows("Our version is sent now.")
	w.until("the write to be done", `document.querySelector(".verdict").classList.contains("good")`)
	w.clean("a decision")
	done, err := s.Service.Write(t.Context(), id)
	w.ok(err)
	if done.State != outbox.Done {
		t.Errorf("the write is %s", done.State)
	}
}

func TestASubscriptionIsTriedAndRedelivered(t *testing.T) {
	t.Parallel()
	s := stagedFor(t)
	w := open(t, s.URL())
	w.visit("/subscriptions/warehouse")
	w.click(`form[action$="/test"] button`)
	w.shows("warehouse has taken a test event")
	w.visit("/deliveries?subscription=erp&state=delivered")
	w.click(`tbody a.row`)
	w.shows("erp: ")
	w.click(`form[action$="/redeliver"] button`)
	w.shows("Send this event again?")
	w.click(`main button.main`)
	w.shows("The event is sent again.")
	w.until("it to be taken again", `document.querySelector(".verdict").classList.contains("good") &&
		document.body.innerText.includes("sent again on request 1 time")`)
}

func TestNothingIsChangedFromAnotherWebsite(t *testing.T) {
	t.Parallel()
	s := stagedFor(t)
	b := &bundle{T: t, url: s.URL()}
	for _, route := range routes() {
		if route.Method == http.MethodGet {
			continue
		}
		path := strings.NewReplacer("{store}", "lantern-tea", "{id}", "1", "{write}", s.write, "{name}", "erp").
			Replace(route.Path)
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
			{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}} {
			got := b.ask(http.MethodPost, path, "confirmed=yes", headers...)
			if got.status != http.StatusForbidden || !strings.Contains(got.text, "came from another website") {
				t.Errorf("%s with %v: %d", path, headers, got.status)
			}
		}
	}
}
