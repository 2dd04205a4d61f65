package alerts

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// mailer is a channel of mail.
type mailer struct {
	opts         Options
	to           []string
	server, from string
	at           *url.URL
	trusted      bool // the operator has named the server, so it may be in a private network
}

func (m *mailer) close() {}

// errEncryption is why a password is not sent.
var errEncryption = errors.New("the mail server offers no encryption, so no password is sent to it: use smtps://, " +
	"or a server with STARTTLS")

// send hands a mail over. What the server says is told without the lines that were sent to it.
func (m *mailer) send(ctx context.Context, a storage.Alert) error {
	ctx, cancel := context.WithTimeout(ctx, m.opts.Time)
	defer cancel()
	conn, err := m.dial(ctx)
	if err != nil {
		return errors.New("the mail server cannot be reached")
	}
	defer conn.Close()
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return err
		}
	}
	return said(m.converse(conn, a))
}

func (m *mailer) dial(ctx context.Context) (net.Conn, error) {
	dialer := &net.Dialer{}
	if !m.trusted {
		dialer = m.opts.Guard.Dialer()
	}
	port := m.at.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[m.at.Scheme]
	}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(m.at.Hostname(), port))
	if err != nil || m.at.Scheme != "smtps" {
		return conn, err
	}
	secure := tls.Client(conn, m.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

func (m *mailer) tls() *tls.Config {
	return &tls.Config{ServerName: m.at.Hostname(), MinVersion: tls.VersionTLS12}
}

// converse speaks SMTP. STARTTLS is used wherever it is offered.
func (m *mailer) converse(conn net.Conn, a storage.Alert) error {
	c, err := smtp.NewClient(conn, m.at.Hostname())
	if err != nil {
		return err
	}
	defer c.Close()
	if ok, _ := c.Extension("STARTTLS"); ok && m.at.Scheme == "smtp" {
		if err := c.StartTLS(m.tls()); err != nil {
			return err
		}
	}
	if err := m.login(c); err != nil {
		return err
	}
	from, _ := mail.ParseAddress(m.from) // it was looked at when the channel was opened
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	for _, to := range m.to {
		address, _ := mail.ParseAddress(to)
		if err := c.Rcpt(address.Address); err != nil {
			return err
		}
	}
	body, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := body.Write(m.message(a)); err != nil {
		return err
	}
	if err := body.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the server has the mail
	return nil
}

func (m *mailer) login(c *smtp.Client) error {
	password, given := m.at.User.Password()
	if m.at.User.Username() == "" || !given {
		return nil
	}
	_, encrypted := c.TLSConnectionState()
	if host := m.at.Hostname(); !encrypted && host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return errEncryption
	}
	_, offered := c.Extension("AUTH")
	if strings.Contains(offered, "PLAIN") || !strings.Contains(offered, "LOGIN") {
		return c.Auth(smtp.PlainAuth("", m.at.User.Username(), password, m.at.Hostname()))
	}
	return c.Auth(&loginAuth{user: m.at.User.Username(), password: password})
}

// loginAuth is the way of logging in that some servers offer alone.
type loginAuth struct {
	user, password string
	asked          int
}

// Start names the way.
func (l *loginAuth) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }

// Next answers the server's questions, which are for the user first and for the password then.
func (l *loginAuth) Next(_ []byte, more bool) ([]byte, error) {
	l.asked++
	switch {
	case !more:
		return nil, nil
	case l.asked == 1:
		return []byte(l.user), nil
	case l.asked == 2:
		return []byte(l.password), nil
	}
	return nil, errors.New("the mail server asks for more than user and password")
}

// message is a mail, with an id that is the same at every attempt.
func (m *mailer) message(a storage.Alert) []byte {
	var b bytes.Buffer
	host := m.from[strings.LastIndexByte(m.from, '@')+1:]
	for _, line := range [][2]string{
		{"From", m.from}, {"To", strings.Join(m.to, ", ")},
		{"Subject", mime.QEncoding.Encode("utf-8", a.Subject)},
		{"Date", a.CreatedAt.Format(time.RFC1123Z)}, {"Message-ID", "<" + a.ID + "@" + strings.Trim(host, ">") + ">"},
		{"Auto-Submitted", "auto-generated"}, {"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "base64"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", line[0], line[1])
	}
	b.WriteString("\r\n")
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(a.Text, "\n", "\r\n")))
	const width = 76
	for ; len(text) > width; text = text[width:] {
		b.WriteString(text[:width] + "\r\n")
	}
	b.WriteString(text + "\r\n")
	return b.Bytes()
}

// said is what a mail server has objected to, in a word: its code. Its text may repeat who was to get the mail.
func said(err error) error {
	var answer *textproto.Error
	switch {
	case err == nil, errors.Is(err, errEncryption):
		return err
	case errors.As(err, &answer) && answer.Code == 535:
		return errors.New("the mail server refuses user or password (535)")
	case errors.As(err, &answer):
		return fmt.Errorf("the mail server answers %d", answer.Code)
	}
	return errors.New("the mail server did not take it")
}
