<?php
/**
 * Plugin Name:       Reader Corrections
 * Description:       Readers correct posts where they read them: puts the script on posts, saves an accepted correction only while the post still is what it was, and tells at once when a post has changed.
 * Version:           1.0.0
 * Requires at least: 5.7
 * Requires PHP:      7.4
 * License:           BSD-3-Clause
 * License URI:       https://opensource.org/license/bsd-3-clause
 * Text Domain:       reader-corrections
 *
 * This one file is the whole plugin: put it into wp-content/plugins/, activate it, and fill in
 * Settings → Reader Corrections. It adds no table, keeps two options, and removes them when it
 * is deleted.
 *
 * @package ReaderCorrections
 */

defined( 'ABSPATH' ) || exit;

/** The fields of a post that may be corrected, as the REST API calls them, and their columns. */
const READER_CORRECTIONS_FIELDS = array(
	'title'   => 'post_title',
	'excerpt' => 'post_excerpt',
	'content' => 'post_content',
);

/** Posts told of after one request; an import of a thousand is found by the next regular look. */
const READER_CORRECTIONS_MOST = 20;

/*
 * 1. Settings: where Reader Corrections is, and the key by which it knows this site.
 */

add_action( 'admin_init', 'reader_corrections_settings' );
add_action( 'admin_menu', 'reader_corrections_menu' );
register_activation_hook( __FILE__, 'reader_corrections_activate' );

/**
 * Describes the two settings and their fields.
 */
function reader_corrections_settings() {
	$fields = array(
		'reader_corrections_address' => array(
			'label'    => __( 'Address of Reader Corrections', 'reader-corrections' ),
			'help'     => __( 'For example https://corrections.example.org/', 'reader-corrections' ),
			'sanitize' => 'reader_corrections_sanitize_address',
		),
		'reader_corrections_key'     => array(
			'label'    => __( 'Key', 'reader-corrections' ),
			'help'     => __( 'What the command “corrections sites check” prints for this site. It lets this site tell when a post has changed, and nothing else. Without it changes are found by the next regular look.', 'reader-corrections' ),
			'sanitize' => 'reader_corrections_sanitize_key',
		),
	);
	add_settings_section( 'default', '', '__return_empty_string', 'reader_corrections' );
	foreach ( $fields as $name => $field ) {
		register_setting( 'reader_corrections', $name, array( 'sanitize_callback' => $field['sanitize'] ) );
		add_settings_field(
			$name,
			$field['label'],
			'reader_corrections_field',
			'reader_corrections',
			'default',
			array(
				'label_for' => $name,
				'help'      => $field['help'],
			)
		);
	}
}

/**
 * Puts the page under Settings.
 */
function reader_corrections_menu() {
	add_options_page( 'Reader Corrections', 'Reader Corrections', 'manage_options', 'reader_corrections', 'reader_corrections_page' );
}

/**
 * The page of the settings.
 */
function reader_corrections_page() {
	echo '<div class="wrap"><h1>Reader Corrections</h1><form action="options.php" method="post">';
	settings_fields( 'reader_corrections' );
	do_settings_sections( 'reader_corrections' );
	submit_button();
	echo '</form></div>';
}

/**
 * One field of that page.
 *
 * @param array $args The name of the setting (label_for) and what to say of it (help).
 */
function reader_corrections_field( $args ) {
	$name = $args['label_for'];
	printf(
		'<input class="regular-text" id="%1$s" name="%1$s" value="%2$s" aria-describedby="%1$s-help" autocomplete="off"><p class="description" id="%1$s-help">%3$s</p>',
		esc_attr( $name ),
		esc_attr( get_option( $name, '' ) ),
		esc_html( $args['help'] )
	);
}

/**
 * An address of the web with its slash at the end; otherwise the one there was.
 *
 * @param mixed $said What was typed.
 * @return string
 */
function reader_corrections_sanitize_address( $said ) {
	$said = trim( (string) $said );
	if ( '' === $said ) {
		return '';
	}
	if ( ! preg_match( '~^https?://[^\s?#]+$~Di', $said ) || esc_url_raw( $said ) !== $said ) {
		$sentence = __( 'The address of Reader Corrections begins with https:// and has no ? or #.', 'reader-corrections' );
		add_settings_error( 'reader_corrections_address', 'reader_corrections_address', $sentence );
		return (string) get_option( 'reader_corrections_address', '' );
	}
	return trailingslashit( $said );
}

/**
 * A key as the command prints it; otherwise the one there was.
 *
 * @param mixed $said What was typed.
 * @return string
 */
function reader_corrections_sanitize_key( $said ) {
	$said = trim( (string) $said );
	if ( ! preg_match( '/^(?:[A-Za-z0-9_-]{26,200})?$/D', $said ) ) {
		$sentence = __( 'That is no key of Reader Corrections. Copy the whole of it, and nothing else.', 'reader-corrections' );
		add_settings_error( 'reader_corrections_key', 'reader_corrections_key', $sentence );
		return (string) get_option( 'reader_corrections_key', '' );
	}
	return $said;
}

/**
 * Names what is to be done when the plugin is deleted.
 */
function reader_corrections_activate() {
	register_uninstall_hook( __FILE__, 'reader_corrections_uninstall' );
}

/**
 * Leaves nothing behind.
 */
function reader_corrections_uninstall() {
	delete_option( 'reader_corrections_address' );
	delete_option( 'reader_corrections_key' );
}

/*
 * 2. The script, on posts and nowhere else. It asks nothing until a reader wants something.
 */

add_action( 'wp_footer', 'reader_corrections_script' );

/**
 * Prints the script's tag. The last three attributes keep optimisers from delaying it or serving it from elsewhere.
 */
function reader_corrections_script() {
	$address = get_option( 'reader_corrections_address', '' );
	if ( ! $address || ! is_singular( 'post' ) ) {
		return;
	}
	wp_print_script_tag(
		array(
			'src'              => esc_url_raw( $address . 'embed.js' ),
			'async'            => true,
			'data-corrections' => esc_url_raw( $address ),
			'data-cfasync'     => 'false',
			'data-no-optimize' => '1',
			'nowprocket'       => true,
		)
	);
}

/*
 * 3. Saving a correction: only while the post is what was read, and while nobody has it open.
 *
 * The REST API of WordPress has no lock: of two who save at once, one loses their work without a
 * word. Here the row is held, compared and written in one transaction, and written to the letter or
 * not at all. Revisions and all hooks are those of every other save.
 */

add_action( 'rest_api_init', 'reader_corrections_routes' );

/**
 * POST /wp-json/reader-corrections/v1/posts/<id>
 *
 * Takes {"fields": {"content": "…"}, "if_sha256": {"content": "…"}}: the new texts, and the SHA-256
 * (hexadecimal, of UTF-8) of what each field must still be.
 */
function reader_corrections_routes() {
	$texts  = array_fill_keys( array_keys( READER_CORRECTIONS_FIELDS ), array( 'type' => 'string' ) );
	$hashes = array_map(
		function ( $text ) {
			return $text + array( 'pattern' => '^[0-9a-f]{64}$' );
		},
		$texts
	);
	$one    = array(
		'type'                 => 'object',
		'required'             => true,
		'minProperties'        => 1,
		'additionalProperties' => false,
	);
	register_rest_route(
		'reader-corrections/v1',
		'/posts/(?P<id>\d{1,18})',
		array(
			'methods'             => 'POST',
			'callback'            => 'reader_corrections_save',
			'permission_callback' => 'reader_corrections_may_save',
			'args'                => array(
				'fields'    => $one + array( 'properties' => $texts ),
				'if_sha256' => $one + array( 'properties' => $hashes ),
			),
		)
	);
}

/**
 * Whether the account may edit the post, and change nothing else in it by saving.
 *
 * Without unfiltered_html WordPress strips embeds and scripts from the whole post when one word of
 * it is saved.
 *
 * @param WP_REST_Request $request The request.
 * @return true|WP_Error
 */
function reader_corrections_may_save( $request ) {
	if ( ! current_user_can( 'edit_others_posts' ) ) {
		return reader_corrections_no( 'rest_cannot_edit', __( 'This account may not edit posts of others.', 'reader-corrections' ), rest_authorization_required_code() );
	}
	if ( ! current_user_can( 'unfiltered_html' ) ) {
		return reader_corrections_no( 'unfiltered_html', __( 'This account may not save HTML as it is.', 'reader-corrections' ), 403 );
	}
	if ( ! get_post( (int) $request['id'] ) ) {
		return reader_corrections_no( 'gone', __( 'There is no such post.', 'reader-corrections' ), 404 );
	}
	if ( ! current_user_can( 'edit_post', (int) $request['id'] ) ) {
		return reader_corrections_no( 'rest_cannot_edit', __( 'This account may not edit this post.', 'reader-corrections' ), 403 );
	}
	return true;
}

/**
 * Saves, whole or not at all.
 *
 * @param WP_REST_Request $request The request, of the form described above.
 * @return array|WP_Error
 */
function reader_corrections_save( $request ) {
	global $wpdb;

	$id = (int) $request['id'];
	$wpdb->query( 'START TRANSACTION' );
	$answer = reader_corrections_compare_and_set( $id, $request['fields'], $request['if_sha256'] );
	$ended  = $wpdb->query( is_wp_error( $answer ) ? 'ROLLBACK' : 'COMMIT' );
	// Again, for what others have put into a shared cache while the transaction was open.
	clean_post_cache( $id );
	if ( false === $ended && ! is_wp_error( $answer ) ) {
		return reader_corrections_no( 'not_saved', __( 'The database did not save it.', 'reader-corrections' ), 500 );
	}
	return $answer;
}

/**
 * The part inside the transaction: hold the row, compare, write, and look at what was written.
 *
 * @param int      $id     The post.
 * @param string[] $fields What its fields become.
 * @param string[] $hashes What they must be.
 * @return array|WP_Error
 */
function reader_corrections_compare_and_set( $id, $fields, $hashes ) {
	global $wpdb;

	$post = reader_corrections_held( $id );
	if ( $wpdb->last_error ) {
		return reader_corrections_no( 'busy', __( 'The database is busy.', 'reader-corrections' ), 503 );
	}
	if ( ! $post || 'post' !== $post->post_type || 'publish' !== $post->post_status || '' !== $post->post_password ) {
		return reader_corrections_no( 'gone', __( 'There is no such public post.', 'reader-corrections' ), 404 );
	}
	foreach ( READER_CORRECTIONS_FIELDS as $name => $column ) {
		$is_known = isset( $hashes[ $name ] );
		if ( isset( $fields[ $name ] ) && ! $is_known ) {
			return reader_corrections_no( 'rest_invalid_param', __( 'Each field needs the hash of what it was.', 'reader-corrections' ), 400 );
		}
		if ( $is_known && ! hash_equals( hash( 'sha256', $post->$column ), $hashes[ $name ] ) ) {
			return reader_corrections_no( 'source_changed', __( 'The post has changed meanwhile.', 'reader-corrections' ), 409 );
		}
	}
	require_once ABSPATH . 'wp-admin/includes/post.php';
	$editor = wp_check_post_lock( $id );
	if ( $editor ) {
		$by = get_userdata( $editor );
		return reader_corrections_no( 'being_edited', __( 'Somebody has the post open.', 'reader-corrections' ), 423, array( 'by' => $by ? $by->display_name : '' ) );
	}
	return reader_corrections_write( $id, $fields );
}

/**
 * The row of a post, which nobody else can change until the transaction ends.
 *
 * On MySQL and MariaDB the row is locked (InnoDB; tables of MyISAM know no transactions). SQLite has
 * one lock for all: it is taken by a statement that writes and changes nothing, before anything is
 * read, because whoever reads first may be refused the lock later.
 *
 * @param int $id The post.
 * @return object|null
 */
function reader_corrections_held( $id ) {
	global $wpdb;

	if ( $wpdb->is_mysql ) {
		return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $wpdb->posts WHERE ID = %d FOR UPDATE", $id ) );
	}
	$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->posts SET post_type = post_type WHERE ID = %d", $id ) );
	if ( $wpdb->last_error ) {
		return null;
	}
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $wpdb->posts WHERE ID = %d", $id ) );
}

/**
 * Writes what was compared, and looks whether it is stored to the letter.
 *
 * @param int      $id     The post.
 * @param string[] $fields What its fields become.
 * @return array|WP_Error
 */
function reader_corrections_write( $id, $fields ) {
	global $wpdb;

	$post = array( 'ID' => $id );
	foreach ( $fields as $name => $text ) {
		$post[ READER_CORRECTIONS_FIELDS[ $name ] ] = $text;
	}
	// What wp_update_post does not change it takes from a cache, which may be older than the row.
	wp_cache_delete( $id, 'posts' );
	// Whoever saves here knows of it.
	remove_action( 'wp_after_insert_post', 'reader_corrections_note' );
	// It expects slashes before quotes and backslashes, as in the times of magic quotes.
	$done = wp_update_post( wp_slash( $post ), true );
	if ( is_wp_error( $done ) ) {
		return reader_corrections_no( 'not_saved', $done->get_error_message(), 503 );
	}
	$now = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $wpdb->posts WHERE ID = %d", $id ) );
	foreach ( $fields as $name => $text ) {
		if ( ! $now || $now->{ READER_CORRECTIONS_FIELDS[ $name ] } !== $text ) {
			return reader_corrections_no( 'stored_otherwise', __( 'A filter of this site changes what is saved.', 'reader-corrections' ), 422 );
		}
	}
	return array(
		'id'           => $id,
		'modified_gmt' => mysql_to_rfc3339( $now->post_modified_gmt ),
	);
}

/**
 * A refusal.
 *
 * @param string $code     The word for programs.
 * @param string $sentence The words for people.
 * @param int    $status   The status of HTTP.
 * @param array  $more     What else to tell.
 * @return WP_Error
 */
function reader_corrections_no( $code, $sentence, $status, $more = array() ) {
	return new WP_Error( $code, $sentence, array( 'status' => $status ) + $more );
}

/*
 * 4. Telling that a post has changed: its number and nothing else. What it says is then asked for.
 */

add_action( 'wp_after_insert_post', 'reader_corrections_note', 10, 4 );
add_action( 'shutdown', 'reader_corrections_tell' );

/**
 * Notes a post that is public, or was until now.
 *
 * @param int          $id     The post.
 * @param WP_Post      $post   What it is.
 * @param bool         $update Whether it was there before.
 * @param WP_Post|null $before What it was.
 */
function reader_corrections_note( $id, $post, $update, $before ) {
	$was_public = $before && 'publish' === $before->post_status;
	if ( 'post' === $post->post_type && ( $was_public || 'publish' === $post->post_status ) ) {
		reader_corrections_noted( $id );
	}
}

/**
 * The posts noted in this request, with one more.
 *
 * @param int|null $id The post, if any.
 * @return int[]
 */
function reader_corrections_noted( $id = null ) {
	static $ids = array();
	if ( null !== $id ) {
		$ids[ $id ] = $id;
	}
	return $ids;
}

/**
 * Tells of them at the end of the request, when they are saved, without waiting for an answer.
 */
function reader_corrections_tell() {
	$address = get_option( 'reader_corrections_address', '' );
	$key     = get_option( 'reader_corrections_key', '' );
	if ( ! $address || ! $key ) {
		return;
	}
	foreach ( array_slice( reader_corrections_noted(), 0, READER_CORRECTIONS_MOST ) as $id ) {
		wp_remote_post(
			$address . 'sites/' . $key . '/changed',
			array(
				'body'     => array( 'id' => $id ),
				'blocking' => false,
				'timeout'  => 2,
			)
		);
	}
}
