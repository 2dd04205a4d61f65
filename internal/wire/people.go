package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/storage"
)

// User is a person who may sign in to the dashboard, without anything that is secret.
type User struct {
	Email      string    `json:"email"`
	Name       string    `json:"name,omitempty"`
	Role       string    `json:"role" doc:"viewer, operator or administrator."`
	Group      string    `json:"group,omitempty" doc:"The group that the user is confined to; absent where to none."`
	SignsInBy  []string  `json:"signs_in_by" doc:"What there is to sign in by: password, code, passkey, provider."`
	CreatedBy  string    `json:"created_by"`
	CreatedAt  time.Time `json:"created_at"`
	SignedInAt time.Time `json:"signed_in_at,omitzero" doc:"The last sign-in; absent when there was none."`
}

// UserOf is a user; groups are the names of groups by their ids.
func UserOf(u people.User, groups map[int64]string) User {
	v := User{Email: u.Email, Name: u.Name, Role: u.Role, Group: groups[u.GroupID], SignsInBy: []string{},
		CreatedBy: u.CreatedBy, CreatedAt: u.CreatedAt, SignedInAt: u.SignedInAt}
	for _, way := range []struct {
		name string
		has  bool
	}{{"password", u.HasPassword}, {"code", u.HasCode}, {"passkey", u.Passkeys > 0}, {"provider", u.Subject != ""}} {
		if way.has {
			v.SignsInBy = append(v.SignsInBy, way.name)
		}
	}
	return v
}

// NewUser is a user with the link by which the user comes in: the only time that it is shown.
type NewUser struct {
	User
	Link string `json:"link" doc:"The link by which the user comes in, once. It is shown this once and kept nowhere."`
}

// NewUserOf is a user with a link.
func NewUserOf(u storage.User, link string, groups map[int64]string) NewUser {
	return NewUser{UserOf(people.User{User: u}, groups), link}
}
