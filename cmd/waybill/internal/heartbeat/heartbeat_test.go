package heartbeat_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/cmd/waybill/internal/heartbeat"
)

func TestItIsCalledAfterGoodRoundsOnly(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	monitor := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	t.Cleanup(monitor.Close)
	beat, err := heartbeat.New(monitor.URL+"/secret", func(why string) { t.Error(why) })
	if err != nil {
		t.Fatal(err)
	}
	for _, round := range []struct {
		store string
		well  bool
		calls int32
	}{{"one", true, 1}, {"two", false, 1}, {"one", true, 1}, {"two", true, 2}, {"one", true, 3}, {"one", false, 3}} {
		beat.Round(round.store, round.well)
		beat.Wait()
		if got := calls.Load(); got != round.calls {
			t.Errorf("%+v: %d calls", round, got)
		}
	}
}

func TestAFailedCallIsToldWithoutTheAddress(t *testing.T) {
	t.Parallel()
	monitor := httptest.NewServer(http.NotFoundHandler())
	address := monitor.URL
	var told []string
	for range 2 {
		beat, err := heartbeat.New(address+"/secret", func(why string) { told = append(told, why) })
		if err != nil {
			t.Fatal(err)
		}
		beat.Round("one", true)
		beat.Wait()
		monitor.Close() // the second time nobody answers
	}
	if all := strings.Join(told, "; "); len(told) != 2 || strings.Contains(all, "secret") || !strings.Contains(all, "404") {
		t.Errorf("%q", told)
	}
}

func TestWhatIsNoAddressIsRefusedUnseen(t *testing.T) {
	t.Parallel()
	if beat, err := heartbeat.New("", nil); beat != nil || err != nil {
		t.Errorf("%v, %v", beat, err)
	}
	for _, address := range []string{"secret", "ftp://secret", "https://"} {
		if _, err := heartbeat.New(address, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
