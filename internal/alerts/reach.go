package alerts

import (
	"context"
	"net/mail"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/storage"
)

// Reach is how a channel is reached; it is kept encrypted. One of To, Slack, Hook and Heartbeat is given.
type Reach struct {
	// To are addresses of mail. SMTP is the server (smtp://user:password@mail.example.com:587, smtps://…:465) where it
	// is not the one that is configured, From who it comes from.
	To   []string `json:"to,omitempty"`
	SMTP string   `json:"smtp,omitempty"`
	From string   `json:"from,omitempty"`
	// Slack is a hook that takes what Slack takes, Hook one that takes signed JSON, Heartbeat what is called as long as
	// all is well.
	Slack     string `json:"slack,omitempty"`
	Hook      string `json:"hook,omitempty"`
	Heartbeat string `json:"heartbeat,omitempty"`
	// Secret is what a Hook is signed with, as Standard Webhooks has it.
	Secret string `json:"secret,omitempty"`
}

// kind is what kind of channel is meant. The error is a problem of code input_invalid.
func (r Reach) kind() (kind storage.ChannelKind, err error) {
	for of, given := range map[storage.ChannelKind]bool{storage.ChannelMail: len(r.To) > 0,
		storage.ChannelSlack: r.Slack != "", storage.ChannelHook: r.Hook != "",
		storage.ChannelHeartbeat: r.Heartbeat != ""} {
		if given && kind != "" {
			return "", notOneKind()
		}
		if given {
			kind = of
		}
	}
	if kind == "" {
		return "", notOneKind()
	}
	return kind, nil
}

// target is where it leads, for people. The address of a hook is its secret, but for its host.
func (r Reach) target(kind storage.ChannelKind) string {
	if kind == storage.ChannelMail {
		return strings.Join(r.To, ", ")
	}
	u, err := url.Parse(r.Slack + r.Hook + r.Heartbeat)
	if err != nil {
		return ""
	}
	return u.Host
}

// opened is a channel that can be sent to.
type opened interface {
	// send tries once. The error says why it was not taken, without what is secret.
	send(ctx context.Context, a storage.Alert) error
	close()
}

// open opens a channel. The error is a problem of code input_invalid.
func (k *Keeper) open(kind storage.ChannelKind, r Reach) (opened, error) {
	if kind == storage.ChannelMail {
		return k.openMail(r)
	}
	if r.Secret != "" {
		if err := signature.CheckSecret(r.Secret); err != nil {
			return nil, err
		}
	}
	client, err := egress.NewClient(k.opts.Guard, egress.Destination{URL: r.Slack + r.Hook + r.Heartbeat},
		egress.Limits{Time: k.opts.Time})
	if err != nil {
		return nil, noAddress(err)
	}
	return &hook{client: client, kind: kind, secret: r.Secret, opts: k.opts}, nil
}

// openMail opens a channel of mail.
func (k *Keeper) openMail(r Reach) (opened, error) {
	m := &mailer{opts: k.opts, to: r.To, server: r.SMTP, from: r.From}
	if m.server == "" {
		// The server that is configured is trusted; one that a channel names is reached as any other address.
		m.server, m.trusted = k.opts.SMTP, true
	}
	if m.from == "" {
		m.from = k.opts.From
	}
	if m.server == "" {
		return nil, noMailServer()
	}
	u, err := url.Parse(m.server)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return nil, badMailServer()
	}
	m.at = u
	if m.from == "" {
		m.from = "waybill@" + u.Hostname()
		if user := u.User.Username(); strings.Contains(user, "@") {
			m.from = user
		}
	}
	for _, address := range append([]string{m.from}, m.to...) {
		if parsed, err := mail.ParseAddress(address); err != nil || strings.ContainsAny(parsed.Address, "\r\n") {
			return nil, noMailAddress(address)
		}
	}
	return m, nil
}
