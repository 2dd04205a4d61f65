package frame

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Visit is one request for a page, and its answer until it leaves.
type Visit struct {
	*http.Request
	Session Session

	frame    *Frame
	route    Route
	writer   http.ResponseWriter
	status   int
	body     *bytes.Buffer
	object   string
	code     problem.Code
	noted    bool // it got as far as its route
	streamed bool // the answer left by itself
}

// About says what an action is about, for the audit log, where the path does not.
func (v *Visit) About(object string) { v.object = object }

// Text is a value that a form or the address gave, without blanks around it.
func (v *Visit) Text(name string) string { return strings.TrimSpace(v.FormValue(name)) }

// Confirmed says that a person has seen what an action will do and wants it; see [Visit.Confirm].
func (v *Visit) Confirmed() bool { return v.PostFormValue("confirmed") == "yes" }

// Redirect leads to another page of the dashboard.
func (v *Visit) Redirect(to string) {
	if !ours(to) {
		to = "/"
	}
	v.writer.Header().Set("Location", to)
	v.status = http.StatusSeeOther
	v.body.Reset()
}

// ours says whether an address is a page of this dashboard, whatever browsers make of odd ones: they leave out tabs and
// line ends, and take a backslash for a slash.
func ours(to string) bool {
	u, err := url.Parse(to)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(to, "/") &&
		!strings.HasPrefix(to, "//") &&
		!strings.ContainsFunc(to, func(r rune) bool { return r == '\\' || unicode.IsControl(r) })
}

// RedirectOut leads to an address of somebody else, which the caller knows: none that a request named.
func (v *Visit) RedirectOut(to string) {
	v.Redirect("/")
	v.writer.Header().Set("Location", to)
}

// Done leads to another page, which says what was done.
func (v *Visit) Done(to, says string) error {
	v.remember(says)
	v.Redirect(to)
	return nil
}

// Header is the header of the answer, for cookies.
func (v *Visit) Header() http.Header { return v.writer.Header() }

// Now is the time by the clock of the process, as the pages know it.
func (v *Visit) Now() time.Time { return v.frame.opts.Now() }

// fail makes an error a page: what is wrong, and what to do.
func (v *Visit) fail(err error) {
	p := problem.From(err)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		p = tooLarge()
	}
	if p.Code == problem.Internal {
		v.frame.opts.Logger.ErrorContext(v.Context(), "a page failed", "page", v.route.ID, "error", err)
	}
	v.body.Reset()
	v.code, v.status = p.Code, p.Code.HTTPStatus()
	if err := v.Show(failed, Page{Title: title(p.Code), Data: p}); err != nil {
		v.frame.opts.Logger.ErrorContext(v.Context(), "the page about an error failed", "error", err)
	}
}

// title is the heading of a page about an error.
func title(code problem.Code) string {
	switch code.HTTPStatus() {
	case http.StatusNotFound:
		return "Not here"
	case http.StatusForbidden, http.StatusUnauthorized:
		return "Not allowed"
	}
	return "That did not work"
}

// note writes what was done to the audit log.
func (v *Visit) note() {
	ctx := context.WithoutCancel(v.Context())
	e := v.entry()
	if err := v.frame.opts.Log.Note(ctx, e); err != nil {
		// What was done stays done; the log of the process tells of it.
		v.frame.opts.Logger.ErrorContext(ctx, "cannot write to the audit log", "action", e.Action, "object", e.Object,
			"actor", e.Actor, "error", err)
	}
}

func (v *Visit) entry() storage.AuditEntry {
	const longest = 200
	object := v.object
	if object == "" {
		object = v.URL.Path
	}
	from, _, _ := strings.Cut(v.RemoteAddr, "]")
	if i := strings.LastIndexByte(v.RemoteAddr, ':'); i >= 0 {
		from = strings.Trim(v.RemoteAddr[:i], "[]")
	}
	c := v.Session.Caller
	return storage.AuditEntry{Actor: c.Actor, Name: c.Name, GroupID: c.GroupID, Action: v.route.ID,
		Object: object[:min(len(object), longest)], From: from, Status: v.status, Code: string(v.code)}
}

// release lets the answer leave. A page that was shown already and has not changed since is not sent again.
func (v *Visit) release() {
	h := v.writer.Header()
	if seen := v.Request.Header.Get("X-Seen"); v.Method == http.MethodGet && v.status == http.StatusOK {
		sum := sha256.Sum256(v.body.Bytes())
		tag := hex.EncodeToString(sum[:12])
		h.Set("X-Seen", tag)
		if seen == tag {
			v.writer.WriteHeader(http.StatusNoContent)
			return
		}
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "text/html; charset=utf-8")
	}
	v.writer.WriteHeader(v.status)
	_, _ = v.writer.Write(v.body.Bytes()) // the reader has gone when this fails
}

// Stream hands the answer over to who writes it piece by piece, such as a file.
func (v *Visit) Stream(contentType, file string) http.ResponseWriter {
	v.streamed = true
	h := v.writer.Header()
	h.Set("Content-Type", contentType)
	if file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+template.JSEscapeString(file)+`"`)
	}
	return v.writer
}
