// Package price computes what WooCommerce leaves to its caller: the total of a line whose quantity alone is changed,
// and the amounts and taxes of a refund that names only pieces. Money is computed in decimals, with as many places as
// the shop keeps.
package price
