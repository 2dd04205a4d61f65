package sink

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/signature"
)

// httpSink posts messages to a URL.
type httpSink struct {
	client  *egress.Client
	secrets []string
	opts    Options
}

func newHTTP(r Reach, opts Options) (Sink, error) {
	to, err := r.destination()
	if err != nil {
		return nil, err
	}
	if err := r.Login.check(HTTP); err != nil {
		return nil, err
	}
	client, err := egress.NewClient(opts.Guard, to, egress.Limits{Time: opts.limit(), Answer: 16 << 10})
	if err != nil {
		return nil, refused("url", "the address of the receiver is %v", err)
	}
	return &httpSink{client: client, secrets: r.Secrets, opts: opts}, nil
}

// Close gives up connections.
func (s *httpSink) Close() { s.client.Close() }

// Send posts a message. A status 2xx is yes, whatever the body says: that is what Standard Webhooks has receivers say.
// What it says of receipts is kept beside.
func (s *httpSink) Send(ctx context.Context, m Message) Answer {
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {s.opts.UserAgent}, "Waybill-Type": {m.Type}}
	signature.Set(header, m.ID, s.opts.Now(), m.Body, s.secrets...)
	answer, err := s.client.Post(ctx, header, m.Body)
	if err != nil {
		return Answer{Down: true, Why: whyNot(err, s.opts)}
	}
	return judge(answer, s.opts.Now())
}

// judge is what an answer says.
func judge(answer egress.Answer, now time.Time) Answer {
	a := Answer{Status: answer.Status}
	switch {
	case a.Status >= 200 && a.Status < 300:
		a.Receipts = receiptsOf(answer.Header, answer.Body)
		return a
	case a.Status == http.StatusGone:
		a.Gone = true
		a.Why = "it answers 410 Gone"
	case a.Status >= 300 && a.Status < 400:
		a.Why = "it redirects (" + strconv.Itoa(a.Status) + "), which is not followed: give the address it leads to"
	default:
		a.Why = strings.TrimSpace("it answers " + strconv.Itoa(a.Status) + " " + http.StatusText(a.Status))
	}
	switch a.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		a.Down, a.After = true, retryAfter(answer.Header.Get("Retry-After"), now)
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		a.Down = true
	}
	return a
}

// longestAsked bounds what a receiver can ask for.
const longestAsked = 24 * time.Hour

func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return min(time.Duration(max(min(seconds, 1<<30), 0))*time.Second, longestAsked)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), longestAsked)
	}
	return 0
}
