package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const (
	userFields = `u.id, u.email, u.name, u.role, COALESCE(u.group_id, 0), u.password, u.totp, u.totp_step, u.subject,
	u.created_by, u.created_at, u.signed_in_at`
	userColumns = `SELECT ` + userFields + ` FROM users u `
)

// Users lists users by their e-mail addresses.
func (db *DB) Users(ctx context.Context, groupID int64) ([]storage.User, error) {
	return rows(ctx, db.readers, scanUser, userColumns+`WHERE ?1 = 0 OR u.group_id = ?1 ORDER BY u.email`, groupID)
}

// User is one by its ID.
func (db *DB) User(ctx context.Context, id int64) (storage.User, error) {
	u, err := scanUser(db.readers.QueryRowContext(ctx, userColumns+`WHERE u.id = ?`, id))
	return u, notFound(err, "user %d", id)
}

// UserByEmail is one by its address.
func (db *DB) UserByEmail(ctx context.Context, email string) (storage.User, error) {
	u, err := scanUser(db.readers.QueryRowContext(ctx, userColumns+`WHERE u.email = ?`, email))
	return u, notFound(err, "user %s", email)
}

// UserBySubject is one by who it is for a provider.
func (db *DB) UserBySubject(ctx context.Context, subject string) (storage.User, error) {
	u, err := scanUser(db.readers.QueryRowContext(ctx, userColumns+`WHERE u.subject = ? AND u.subject <> ''`, subject))
	return u, notFound(err, "user")
}

func scanUser(row scanner) (u storage.User, err error) {
	fields, done := userFieldsOf(&u)
	if err = row.Scan(fields...); err == nil {
		done()
	}
	return u, err
}

// userFieldsOf are what the columns of a user are read into; done is called when they are.
func userFieldsOf(u *storage.User) (fields []any, done func()) {
	var created, signedIn string
	return []any{&u.ID, &u.Email, &u.Name, &u.Role, &u.GroupID, &u.Password, &u.TOTP, &u.TOTPStep, &u.Subject,
			&u.CreatedBy, &created, &signedIn}, func() {
			u.CreatedAt, u.SignedInAt = column.ParseOurDate(created), column.ParseOurDate(signedIn)
		}
}

const sessionFields = `s.hash, s.user_id, s.how, s.origin, s.agent, s.created_at, s.seen_at, s.expires_at`

// UserSession is a session by its hash, with its user.
func (db *DB) UserSession(
	ctx context.Context, hash [storage.SecretHashSize]byte,
) (s storage.UserSession, u storage.User, err error) {
	ofSession, sessionDone := sessionFieldsOf(&s)
	ofUser, userDone := userFieldsOf(&u)
	err = db.readers.QueryRowContext(ctx, `SELECT `+sessionFields+`, `+userFields+` FROM user_sessions s
		JOIN users u ON u.id = s.user_id WHERE s.hash = ?`, hash[:]).Scan(append(ofSession, ofUser...)...)
	if err == nil {
		sessionDone()
		userDone()
	}
	return s, u, notFound(err, "session")
}

// UserSessions lists the sessions of a user, the newest first.
func (db *DB) UserSessions(ctx context.Context, userID int64) ([]storage.UserSession, error) {
	return rows(ctx, db.readers, scanSession, `SELECT `+sessionFields+` FROM user_sessions s WHERE s.user_id = ?
		ORDER BY s.created_at DESC, s.hash`, userID)
}

func scanSession(row scanner) (s storage.UserSession, err error) {
	fields, done := sessionFieldsOf(&s)
	if err = row.Scan(fields...); err == nil {
		done()
	}
	return s, err
}

func sessionFieldsOf(s *storage.UserSession) (fields []any, done func()) {
	var hash []byte
	var created, seen, expires string
	return []any{&hash, &s.UserID, &s.How, &s.From, &s.Agent, &created, &seen, &expires}, func() {
		copy(s.Hash[:], hash)
		s.CreatedAt, s.SeenAt = column.ParseOurDate(created), column.ParseOurDate(seen)
		s.ExpiresAt = column.ParseOurDate(expires)
	}
}

// Passkeys lists passkeys in the order in which they were made.
func (db *DB) Passkeys(ctx context.Context, userID int64) ([]storage.Passkey, error) {
	return rows(ctx, db.readers, scanPasskey, `SELECT id, user_id, name, site, credential, created_at, used_at
		FROM user_passkeys WHERE ?1 = 0 OR user_id = ?1 ORDER BY created_at, id`, userID)
}

func scanPasskey(row scanner) (p storage.Passkey, err error) {
	var created, used, credential string
	err = row.Scan(&p.ID, &p.UserID, &p.Name, &p.Site, &credential, &created, &used)
	p.Credential = []byte(credential)
	p.CreatedAt, p.UsedAt = column.ParseOurDate(created), column.ParseOurDate(used)
	return p, err
}

const ticketFields = `hash, purpose, COALESCE(user_id, 0), data, created_by, created_at, expires_at`

// Ticket is a ticket by its hash.
func (db *DB) Ticket(ctx context.Context, hash [storage.SecretHashSize]byte) (storage.Ticket, error) {
	t, err := scanTicket(db.readers.QueryRowContext(ctx, `SELECT `+ticketFields+` FROM user_tickets WHERE hash = ?`,
		hash[:]))
	return t, notFound(err, "ticket")
}

func scanTicket(row scanner) (t storage.Ticket, err error) {
	var hash []byte
	var created, expires string
	err = row.Scan(&hash, &t.Purpose, &t.UserID, &t.Data, &t.CreatedBy, &created, &expires)
	copy(t.Hash[:], hash)
	t.CreatedAt, t.ExpiresAt = column.ParseOurDate(created), column.ParseOurDate(expires)
	return t, err
}

// LockUsers reads all users by their IDs. The transaction keeps everybody else from writing anyway.
func (t *Tx) LockUsers(ctx context.Context) ([]storage.User, error) {
	return rows(ctx, t.tx, scanUser, userColumns+`ORDER BY u.id`)
}

// AddUser keeps a user and gives it an ID.
func (t *Tx) AddUser(ctx context.Context, u storage.User) (storage.User, error) {
	u.CreatedAt = t.Now().Truncate(time.Millisecond)
	res, err := t.exec(ctx, `INSERT INTO users (email, name, role, group_id, password, totp, totp_step, subject, created_by,
		created_at, signed_in_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, u.Email, u.Name, u.Role,
		idOrNull(u.GroupID), u.Password, u.TOTP, u.TOTPStep, u.Subject, u.CreatedBy, column.OurDate(u.CreatedAt),
		column.OurDate(u.SignedInAt))
	if err != nil {
		return u, ofUser(err, u)
	}
	u.ID, err = res.LastInsertId()
	return u, err
}

// SaveUser replaces everything about a user but who made it and when.
func (t *Tx) SaveUser(ctx context.Context, u storage.User) error {
	res, err := t.exec(ctx, `UPDATE users SET email = ?, name = ?, role = ?, group_id = ?, password = ?, totp = ?,
		totp_step = ?, subject = ?, signed_in_at = ? WHERE id = ?`, u.Email, u.Name, u.Role, idOrNull(u.GroupID),
		u.Password, u.TOTP, u.TOTPStep, u.Subject, column.OurDate(u.SignedInAt), u.ID)
	return oneChanged(res, ofUser(err, u), "user %d", u.ID)
}

// ofUser says what kept a user from being written.
func ofUser(err error, u storage.User) error {
	switch {
	case isUnique(err):
		return fmt.Errorf("user %s: %w", u.Email, storage.ErrExists)
	case isForeign(err):
		return fmt.Errorf("group %d: %w", u.GroupID, storage.ErrNotFound)
	}
	return err
}

// DropUser forgets a user.
func (t *Tx) DropUser(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM users WHERE id = ?`, id)
	return err
}

// AddUserSession keeps a session.
func (t *Tx) AddUserSession(ctx context.Context, s storage.UserSession) error {
	_, err := t.exec(ctx, `INSERT INTO user_sessions (hash, user_id, how, origin, agent, created_at, seen_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, s.Hash[:], s.UserID, s.How, s.From, s.Agent, column.OurDate(s.CreatedAt),
		column.OurDate(s.SeenAt), column.OurDate(s.ExpiresAt))
	return withUser(err, s.UserID)
}

// withUser says that a user is gone where that kept something of theirs from being written.
func withUser(err error, userID int64) error {
	if isForeign(err) {
		return fmt.Errorf("user %d: %w", userID, storage.ErrNotFound)
	}
	return err
}

// UseUserSession notes when a session was seen last.
func (t *Tx) UseUserSession(ctx context.Context, hash [storage.SecretHashSize]byte, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE user_sessions SET seen_at = ? WHERE hash = ?`, column.OurDate(at), hash[:])
	return err
}

// DropUserSession ends a session.
func (t *Tx) DropUserSession(ctx context.Context, hash [storage.SecretHashSize]byte) error {
	_, err := t.exec(ctx, `DELETE FROM user_sessions WHERE hash = ?`, hash[:])
	return err
}

// DropUserSessions ends the sessions of a user but for one that is spared.
func (t *Tx) DropUserSessions(ctx context.Context, userID int64, spared [storage.SecretHashSize]byte) error {
	_, err := t.exec(ctx, `DELETE FROM user_sessions WHERE user_id = ? AND hash <> ?`, userID, spared[:])
	return err
}

// DropUserSessionsBefore ends those that expired before a time, and those that were not seen since another.
func (t *Tx) DropUserSessionsBefore(ctx context.Context, expired, seen time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM user_sessions WHERE expires_at < ? OR seen_at < ?`, column.OurDate(expired),
		column.OurDate(seen))
	return err
}

// AddPasskey keeps a passkey.
func (t *Tx) AddPasskey(ctx context.Context, p storage.Passkey) error {
	_, err := t.exec(ctx, `INSERT INTO user_passkeys (id, user_id, name, site, credential, created_at, used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, p.ID, p.UserID, p.Name, p.Site, string(p.Credential),
		column.OurDate(p.CreatedAt), column.OurDate(p.UsedAt))
	if isUnique(err) || isPrimaryKey(err) {
		return fmt.Errorf("passkey: %w", storage.ErrExists)
	}
	return withUser(err, p.UserID)
}

// SavePasskey replaces the name, the credential and the last use of a passkey.
func (t *Tx) SavePasskey(ctx context.Context, p storage.Passkey) error {
	res, err := t.exec(ctx, `UPDATE user_passkeys SET name = ?, credential = ?, used_at = ? WHERE id = ?`, p.Name,
		string(p.Credential), column.OurDate(p.UsedAt), p.ID)
	return oneChanged(res, err, "passkey")
}

// DropPasskey forgets a passkey of a user.
func (t *Tx) DropPasskey(ctx context.Context, userID int64, id []byte) error {
	_, err := t.exec(ctx, `DELETE FROM user_passkeys WHERE user_id = ? AND id = ?`, userID, id)
	return err
}

// DropPasskeys forgets all passkeys of a user.
func (t *Tx) DropPasskeys(ctx context.Context, userID int64) error {
	_, err := t.exec(ctx, `DELETE FROM user_passkeys WHERE user_id = ?`, userID)
	return err
}

// AddTicket keeps a ticket.
func (t *Tx) AddTicket(ctx context.Context, k storage.Ticket) error {
	_, err := t.exec(ctx, `INSERT INTO user_tickets (hash, purpose, user_id, data, created_by, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, k.Hash[:], k.Purpose, idOrNull(k.UserID), k.Data, k.CreatedBy,
		column.OurDate(k.CreatedAt), column.OurDate(k.ExpiresAt))
	return withUser(err, k.UserID)
}

// TakeTicket takes a ticket away and gives it.
func (t *Tx) TakeTicket(
	ctx context.Context, hash [storage.SecretHashSize]byte, purpose string,
) (storage.Ticket, error) {
	k, err := scanTicket(t.tx.QueryRowContext(ctx, `DELETE FROM user_tickets WHERE hash = ? AND purpose = ?
		RETURNING `+ticketFields, hash[:], purpose))
	return k, notFound(err, "ticket")
}

// DropTickets forgets those of a purpose that are for a user, and gives them.
func (t *Tx) DropTickets(ctx context.Context, userID int64, purpose string) ([]storage.Ticket, error) {
	return rows(ctx, t.tx, scanTicket, `DELETE FROM user_tickets WHERE purpose = ? AND COALESCE(user_id, 0) = ?
		RETURNING `+ticketFields, purpose, userID)
}

// DropTicketsBefore forgets those that expired before a time.
func (t *Tx) DropTicketsBefore(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM user_tickets WHERE expires_at < ?`, column.OurDate(before))
	return err
}

// LockAttempts reads how many sign-ins failed. The transaction keeps everybody else from writing anyway.
func (t *Tx) LockAttempts(ctx context.Context, key string) (storage.Attempts, error) {
	a, at := storage.Attempts{Key: key}, ""
	err := t.tx.QueryRowContext(ctx, `SELECT count, at FROM sign_in_attempts WHERE key = ?`, key).Scan(&a.Count, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return a, nil
	}
	a.At = column.ParseOurDate(at)
	return a, err
}

// SaveAttempts keeps how many sign-ins failed.
func (t *Tx) SaveAttempts(ctx context.Context, a storage.Attempts) error {
	_, err := t.exec(ctx, `INSERT INTO sign_in_attempts (key, count, at) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET count = excluded.count, at = excluded.at`, a.Key, a.Count, column.OurDate(a.At))
	return err
}

// DropAttemptsBefore forgets what was counted last before a time.
func (t *Tx) DropAttemptsBefore(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM sign_in_attempts WHERE at < ?`, column.OurDate(before))
	return err
}
