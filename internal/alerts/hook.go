package alerts

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/storage"
)

// hook is a channel over HTTP.
type hook struct {
	client *egress.Client
	kind   storage.ChannelKind
	secret string
	opts   Options
}

func (h *hook) close() { h.client.Close() }

func (h *hook) send(ctx context.Context, a storage.Alert) error {
	var answer egress.Answer
	var err error
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {h.opts.UserAgent}}
	switch h.kind {
	case storage.ChannelHeartbeat:
		answer, err = h.client.Get(ctx)
	case storage.ChannelSlack:
		body, bad := json.Marshal(map[string]string{"text": slackText(a)})
		if bad != nil {
			return bad
		}
		answer, err = h.client.Post(ctx, header, body)
	case storage.ChannelHook, storage.ChannelMail:
		signature.Set(header, a.ID, h.opts.Now(), []byte(a.Body), h.secret)
		answer, err = h.client.Post(ctx, header, []byte(a.Body))
	}
	switch {
	case egress.Refused(err):
		return errors.New("its address lies in a private network, which is not among subscriptions.private_networks")
	case egress.TimedOut(err):
		return errors.New("it did not answer within " + h.opts.Time.String())
	case err != nil:
		return errors.New("it cannot be reached")
	case answer.Status < 200 || answer.Status > 299:
		return errors.New(strings.TrimSpace("it answers " + strconv.Itoa(answer.Status) + " " +
			http.StatusText(answer.Status)))
	}
	return nil
}

// slackText is a message in Slack's own form: bold first line, the characters of its marks as text.
func slackText(a storage.Alert) string {
	plain := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	return "*" + plain(strings.ReplaceAll(a.Subject, "*", "")) + "*\n" + plain(a.Text)
}
