package customers

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Address is a billing or shipping address. A shipping address has no e-mail.
type Address struct {
	FirstName, LastName, Company string
	Address1, Address2           string
	City, State, Postcode        string
	Country                      string
	Email                        string
	Phone                        string
}

// Set changes a field of an address by its name in the API and says whether there is such a field.
func (a *Address) Set(field, value string) bool {
	target := a.field(field)
	if target == nil {
		return false
	}
	*target = value
	return true
}

func (a *Address) field(name string) *string {
	switch name {
	case "first_name":
		return &a.FirstName
	case "last_name":
		return &a.LastName
	case "company":
		return &a.Company
	case "address_1":
		return &a.Address1
	case "address_2":
		return &a.Address2
	case "city":
		return &a.City
	case "state":
		return &a.State
	case "postcode":
		return &a.Postcode
	case "country":
		return &a.Country
	case "email":
		return &a.Email
	case "phone":
		return &a.Phone
	}
	return nil
}

// Index is the address as one text, which searches use.
func (a *Address) Index(withEmail bool) string {
	parts := []string{
		a.FirstName, a.LastName, a.Company, a.Address1, a.Address2, a.City, a.State, a.Postcode, a.Country,
	}
	if withEmail {
		parts = append(parts, a.Email)
	}
	return strings.Join(append(parts, a.Phone), " ")
}

// Render adds the address as answers show it.
func (a *Address) Render(m *core.Members, withEmail bool) {
	m.Str("first_name", a.FirstName)
	m.Str("last_name", a.LastName)
	m.Str("company", a.Company)
	m.Str("address_1", a.Address1)
	m.Str("address_2", a.Address2)
	m.Str("city", a.City)
	m.Str("state", a.State)
	m.Str("postcode", a.Postcode)
	m.Str("country", a.Country)
	if withEmail {
		m.Str("email", a.Email)
	}
	m.Str("phone", a.Phone)
}
