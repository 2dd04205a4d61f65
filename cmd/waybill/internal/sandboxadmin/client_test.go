package sandboxadmin

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

func TestFaultsAreSeenAndSetOnARunningStore(t *testing.T) {
	t.Parallel()
	store := sandbox.Start(t, sandbox.WithPlainHTTP())
	c := Client{URL: store.URL + "/"}
	if err := c.Ask(t.Context(), http.MethodPost, "break/key-unknown", nil, nil); err != nil {
		t.Fatal(err)
	}
	var state sandbox.State
	if err := c.Ask(t.Context(), http.MethodGet, "state", nil, &state); err != nil || len(state.Broken) != 1 {
		t.Errorf("broken: %v, %v", state.Broken, err)
	}
}

func TestWhatIsWrongWithTheAddressIsSaid(t *testing.T) {
	t.Parallel()
	shop := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(shop.Close)
	for address, want := range map[string]string{
		shop.URL:             "is no sandbox",
		"http://127.0.0.1:1": "No sandbox answers",
		"http://[::1":        "is no address",
	} {
		err := Client{URL: address}.Ask(t.Context(), http.MethodGet, "state", nil, new(sandbox.State))
		if err == nil || !strings.Contains(problem.From(err).Message, want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
	err := Client{URL: "https://127.0.0.1:1", CAFile: "/no/such/file"}.Ask(t.Context(), http.MethodGet, "state", nil,
		nil)
	if !problem.Is(err, problem.InputInvalid) {
		t.Errorf("a missing authority: %v", err)
	}
}

// TestTheStoreOfADataDirectoryIsFound: the file of a store that was killed is passed over.
func TestTheStoreOfADataDirectoryIsFound(t *testing.T) {
	t.Parallel()
	store, data := sandbox.Start(t), t.TempDir()
	address, err := url.Parse(store.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range []string{address.Port(), "1"} {
		if err := os.WriteFile(AuthorityFile(data, port), store.CertificatePEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found := Running(t.Context(), data)
	if want := []string{"https://127.0.0.1:" + address.Port()}; !slices.Equal(found, want) {
		t.Fatalf("found %v, want %v", found, want)
	}
	c := Client{URL: found[0], Data: data}
	if err := c.Ask(t.Context(), http.MethodPost, "break/key-unknown", nil, nil); err != nil || len(store.Broken()) != 1 {
		t.Errorf("broken: %v, %v", store.Broken(), err)
	}
}
