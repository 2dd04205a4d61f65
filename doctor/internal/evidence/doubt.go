package evidence

import (
	"net/http"
	"strings"
)

// Doubtful reports that no healthy store gives this answer, and that a single one may be chance: one of several servers
// fails, or loses the key. What WooCommerce itself refuses to somebody it knows is no chance.
func Doubtful(x *Exchange) bool {
	switch {
	case x == nil, x.Status == 0, x.Status == http.StatusTooManyRequests:
		return false
	case x.Status >= http.StatusInternalServerError:
		return true
	}
	return asStranger(x)
}

// asStranger says whether the key came with the request, and the answer is one for somebody without a key.
func asStranger(x *Exchange) bool {
	if x.Request.Auth != AuthHeader && x.Request.Auth != AuthQuery {
		return false // a signature is good once, so that nothing can be compared
	}
	nothing := x.Request.Method == http.MethodOptions && x.Status == http.StatusOK && IsJSON(x) && len(Allowed(x)) == 0
	return x.Status == http.StatusUnauthorized || nothing
}

// DoubtKind tells doubtful answers apart: what fails now and then fails in one way.
func DoubtKind(x *Exchange) string {
	if asStranger(x) {
		return "as for a stranger"
	}
	return AnswerKind(x)
}

// Wavered are the answers that another one followed when the request was made once more, under the name of the
// request.
func (f *View) Wavered() []*Exchange {
	var list []*Exchange
	for _, x := range f.With(Flaky) {
		named := *x
		named.ID = strings.TrimPrefix(x.ID, string(Flaky)+".")
		list = append(list, &named)
	}
	return list
}
