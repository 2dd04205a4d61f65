// Package spelling finds the word that somebody meant among those that there are.
//
//	spelling.Nearest("stauts", []string{"status", "total"}) // "status"
//
// It knows words only, no meaning: what people call a thing otherwise is for whoever knows the things.
package spelling
