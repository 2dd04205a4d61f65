package forward

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/feed/signature"
)

// timeLimit is how long a receiver may take to answer.
const timeLimit = 30 * time.Second

// HTTP is a sink that posts to a URL.
type HTTP struct {
	url     string
	header  http.Header
	secrets []string
	client  *http.Client
}

// NewHTTP makes a sink of a URL. The header is sent with every delivery; nil adds none. Deliveries are signed with the
// secrets, as those of subscriptions are; without any they are not signed.
func NewHTTP(address string, header http.Header, secrets ...string) (*HTTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		// The address is not repeated: it may hold a password.
		return nil, noWebAddress()
	}
	return &HTTP{url: address, header: header, secrets: secrets, client: &http.Client{
		Timeout: timeLimit,
		// A redirect of a POST loses its body or its method on the way: the receiver gives its own address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Deliver posts a delivery and takes a status 2xx for yes.
func (h *HTTP) Deliver(ctx context.Context, d Delivery) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(d.Body))
	if err != nil {
		return err
	}
	for name, values := range h.header {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Waybill")
	signature.Set(req.Header, d.ID, time.Now(), d.Body, h.secrets...)
	req.Header.Set("Waybill-Type", d.Type)
	res, err := h.client.Do(req)
	if err != nil {
		return &refusal{why: "the receiver does not answer: " + cause(err)}
	}
	defer res.Body.Close()
	// Read to the end, within bounds, so that the connection can be used again.
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode == http.StatusGone:
		return &refusal{why: "it answers 410 Gone", ended: true}
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return &refusal{why: fmt.Sprintf(
			"it redirects (%d), and a POST follows no redirect: give the address it leads to",
			res.StatusCode)}
	}
	return &refusal{why: "it answers " + res.Status, after: retryAfter(res.Header.Get("Retry-After"))}
}

// cause is the text of a request's error without the address, which may hold a password.
func cause(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		if wrapped.Timeout() {
			return "no answer within " + timeLimit.String()
		}
		err = wrapped.Err
	}
	return err.Error()
}

func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(min(seconds, int(longestAsked.Seconds()))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}
