package onboarding

import (
	"context"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Noted is told of every key that came for a connection, and what it was answered with.
type Noted func(ctx context.Context, c storage.Connection, status int)

// Serve takes what comes below [Prefix]: the keys of shops, and the browsers of their owners. Neither has a token, and
// both come from anywhere: an address that nobody guesses stands in its place. Who serves it bounds how often one may
// guess.
func (k *Keeper) Serve(w http.ResponseWriter, r *http.Request, noted Noted) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	part := strings.TrimPrefix(r.URL.Path, Prefix)
	switch {
	case stateForm.MatchString(part) && r.Method == http.MethodPost:
		k.takeKey(w, r, part, noted)
	case idForm.MatchString(part) && r.Method == http.MethodGet:
		k.welcome(w, r, part)
	case stateForm.MatchString(part):
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

const (
	// keyLimit is more than a key has.
	keyLimit = 64 << 10
	// bodyWithin is how long it may take to come, pageWithin how long a page may take to leave.
	bodyWithin = 30 * time.Second
	pageWithin = 10 * time.Second
)

// takeKey takes the key of a shop. Exactly 200 makes the shop keep it.
func (k *Keeper) takeKey(w http.ResponseWriter, r *http.Request, state string, noted Noted) {
	// A server without deadlines of its own has none to move.
	_ = http.NewResponseController(w).SetReadDeadline(k.opts.Now().Add(bodyWithin))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, keyLimit))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c, err := k.Take(r.Context(), state, body)
	status := StatusOf(err)
	if c.ID != "" && noted != nil {
		noted(r.Context(), c, status)
	}
	if status == http.StatusServiceUnavailable {
		k.opts.Logger.ErrorContext(r.Context(), "a shop handed a key over, and it could not be kept", "error", err)
	}
	w.WriteHeader(status)
}

var welcomePage = template.Must(template.New("welcome").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>Waybill</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:12vh auto;padding:0 1em}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p></body></html>
`))

// welcome is the page that the owner of a shop comes back to. Our own question whether the public address leads here is
// answered by it too.
func (k *Keeper) welcome(w http.ResponseWriter, r *http.Request, id string) {
	ctx, cancel := context.WithTimeout(r.Context(), pageWithin)
	defer cancel()
	c, err := k.Connection(ctx, 0, id)
	said := r.URL.Query().Get("success")
	if err == nil && c.State == storage.ConnectionWaiting && said != "" {
		c, err = k.Returned(ctx, id, said == "1")
	}
	if err != nil {
		status := problem.From(err).Code.HTTPStatus()
		if status >= http.StatusInternalServerError {
			k.opts.Logger.ErrorContext(ctx, "cannot look a connection up", "error", err)
		}
		w.WriteHeader(status)
		return
	}
	w.Header().Set(Known, c.ID)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	_ = http.NewResponseController(w).SetWriteDeadline(k.opts.Now().Add(pageWithin))
	_ = welcomePage.Execute(w, wordsFor(c)) // the reader has gone when this fails
}

// wordsFor is what the owner of a shop reads.
func wordsFor(c storage.Connection) (words struct{ Title, Text string }) {
	switch {
	case c.State == storage.ConnectionArrived, c.State == storage.ConnectionConnected:
		words.Title, words.Text = "Thank you", "Your shop has handed its key over. You can close this window."
	case c.Reason == Declined:
		words.Title, words.Text = "Not connected", "You said no, so nothing was connected. You can close this window."
	case c.Reason == KeyElsewhere:
		words.Title, words.Text = "Not connected yet", "Your shop says that it has handed its key over, but none has "+
			"come here. Tell whoever sent you to your shop's page."
	case c.State == storage.ConnectionFailed:
		words.Title, words.Text = "Not connected", "This did not work. Tell whoever sent you to your shop's page: "+c.Why+"."
	default:
		words.Title, words.Text = "Waiting", "Your shop has not been connected yet."
	}
	return words
}
