package evidence

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestEveryMarkIsFound: the sign of each mark alone, at the beginning and at the end of a long body.
func TestEveryMarkIsFound(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(`{"routes":{"/wc/v3":{"methods":["GET"]}}} `, 500)
	for _, mark := range pageMarks {
		header := http.Header{}
		if mark.header != "" {
			name, value, _ := strings.Cut(mark.header, ": ")
			header.Set(name, value)
		}
		sign := strings.ToUpper(mark.body)
		for _, body := range []string{sign + long, long + sign, sign} {
			if !slices.Contains(findMarks(mark.status, header, []byte(body)), mark.name) {
				t.Errorf("%s: %q %q is not found in a body of %d bytes", mark.name, mark.header, mark.body, len(body))
			}
		}
	}
	if found := findMarks(http.StatusOK, http.Header{}, []byte(long)); len(found) > 0 {
		t.Errorf("a body without signs has the marks %v", found)
	}
}
