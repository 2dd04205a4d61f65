package service_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// numbering stands in front of a shop as a plugin for order numbers stands in it: numbers are ids less some.
func (b *bundle) numbering(t *testing.T, less int) *httptest.Server {
	t.Helper()
	number := regexp.MustCompile(`"number":"(\d+)"`)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		answer := httptest.NewRecorder()
		b.shop.Store.ServeHTTP(answer, r)
		body := number.ReplaceAllStringFunc(answer.Body.String(), func(found string) string {
			n, _ := strconv.Atoi(number.FindStringSubmatch(found)[1]) // digits
			return fmt.Sprintf(`"number":"%d"`, n-less)
		})
		maps.Copy(w.Header(), answer.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	b.trust.AddCert(server.Certificate())
	return server
}

func TestANumberThatIsOneOrdersAndAnothersIDIsNeverGuessed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []int64
	for range 3 {
		ids = append(ids, b.order(t, `{"status":"processing"}`))
	}
	less := int(ids[1] - ids[0]) // the number of the second is the id of the first
	server := b.numbering(t, less)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{URL: server.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	st := connected.Store
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	last := ids[2]
	for _, test := range []struct {
		word string
		by   records.NamedBy
		want int64
		code problem.Code
		says []string
	}{
		{word: fmt.Sprint(ids[0]), by: records.ByEither, code: problem.InputInvalid,
			says: []string{fmt.Sprintf("orders/%d", ids[0]), fmt.Sprintf("orders/%d", ids[1]), "--number"}},
		{word: fmt.Sprint(ids[0]), by: records.ByID, want: ids[0]},
		{word: fmt.Sprint(ids[0]), by: records.ByNumber, want: ids[1]},
		{word: fmt.Sprint(last), by: records.ByEither, want: last},
		{word: fmt.Sprintf("#%d", last), by: records.ByNumber, code: problem.RecordNotFound},
		{word: fmt.Sprint(ids[0] - int64(less)), by: records.ByEither, code: problem.InputInvalid,
			says: []string{fmt.Sprintf("orders/%d", ids[0]), "no order in the mirror has the id"}},
		{word: "SO-17", by: records.ByEither, code: problem.Usage},
	} {
		id, err := s.Order(t.Context(), st, test.word, test.by)
		if id != test.want || (err == nil) != (test.code == "") || err != nil && code(err) != test.code {
			t.Errorf("%s by %d: %d, %v; want %d, %q", test.word, test.by, id, err, test.want, test.code)
		}
		for _, want := range test.says {
			if text := fmt.Sprint(err, " ", problem.From(err).Hint); !strings.Contains(text, want) {
				t.Errorf("%s: %q does not say %q", test.word, text, want)
			}
		}
	}
	// A row of a file names an order by its number, which is not its id.
	row := intake.Row{Name: fmt.Sprint(ids[0]), Write: outbox.Write{Action: outbox.Update, Resource: storage.Orders}}
	writes, err := s.Find(t.Context(), st, []intake.Row{row}, records.ByEither)
	if err != nil || writes[0].RecordID != ids[1] {
		t.Errorf("%+v, %v; want %d", writes, err, ids[1])
	}
}
