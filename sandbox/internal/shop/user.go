package shop

// User is a WordPress user; WooCommerce calls some of them customers.
type User struct {
	ID       int64
	Login    string
	Email    string
	Role     string
	Password string
}

// RecordID is the user's id.
func (u *User) RecordID() int64 { return u.ID }

func newUserTable() *Table[*User] { return newTable[*User]() }
