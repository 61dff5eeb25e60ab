"""What others' tables hold, field by field. A new field in a new version fails the check until
somebody has looked at it here.

Nothing of a visitor may stand in any of these: editors and staff only.
"""

from helpline.privacy.declare import Kept, Privacy, What

PUBLIC, RECORD, STAFF, SECRET = What.PUBLIC, What.RECORD, What.STAFF, What.SECRET
KEYED = What.KEYED

THIRD_PARTY: dict[str, Privacy] = {
    "auth.Group": Privacy(Kept(PUBLIC, "always", "id name permissions")),
    "auth.Permission": Privacy(Kept(PUBLIC, "always", "id name content_type codename")),
    "contenttypes.ContentType": Privacy(Kept(PUBLIC, "always", "id app_label model")),
    "sessions.Session": Privacy(
        Kept(SECRET, "session", "session_key session_data expire_date"),
        expires_by="expire_date",
        lifetime="session",
        service_path="",
    ),
    "otp_static.StaticDevice": Privacy(
        Kept(
            STAFF,
            "staff",
            "id user name confirmed throttling_failure_timestamp throttling_failure_count"
            " created_at last_used_at",
        )
    ),
    "otp_static.StaticToken": Privacy(
        # helpline.staff.second_factor writes a keyed hash there.
        Kept(KEYED, "staff", "token"),
        Kept(STAFF, "staff", "id device"),
    ),
    "otp_totp.TOTPDevice": Privacy(
        Kept(
            STAFF,
            "staff",
            "id user name confirmed throttling_failure_timestamp throttling_failure_count"
            " created_at last_used_at step t0 digits tolerance drift last_t",
        ),
        Kept(SECRET, "staff", "key"),
    ),
    "simple_translation.SimpleTranslation": Privacy(Kept(PUBLIC, "always", "id")),
    "taggit.Tag": Privacy(Kept(PUBLIC, "always", "id name slug")),
    "taggit.TaggedItem": Privacy(Kept(PUBLIC, "always", "id tag content_type object_id")),
    "wagtailadmin.Admin": Privacy(Kept(PUBLIC, "always", "id")),
    "wagtailadmin.EditingSession": Privacy(
        Kept(STAFF, "session", "id user content_type object_id last_seen_at is_editing"),
        expires_by="last_seen_at",
        lifetime="session",
        service_path="",
    ),
    "wagtailadmin.FormState": Privacy(
        Kept(
            STAFF,
            "session",
            "id data user content_type object_id parent_object_id last_updated_at",
        ),
        expires_by="last_updated_at",
        lifetime="session",
        service_path="",
    ),
    "wagtailcore.Collection": Privacy(Kept(PUBLIC, "always", "id path depth numchild name")),
    "wagtailcore.CollectionViewRestriction": Privacy(
        Kept(SECRET, "always", "id restriction_type password collection groups")
    ),
    "wagtailcore.Comment": Privacy(
        Kept(
            STAFF,
            "staff",
            "id page user text contentpath position created_at updated_at revision_created"
            " resolved_at resolved_by",
        )
    ),
    "wagtailcore.CommentReply": Privacy(
        Kept(STAFF, "staff", "id comment user text created_at updated_at")
    ),
    "wagtailcore.GroupApprovalTask": Privacy(Kept(PUBLIC, "always", "task_ptr groups")),
    "wagtailcore.GroupCollectionPermission": Privacy(
        Kept(PUBLIC, "always", "id group collection permission")
    ),
    "wagtailcore.GroupPagePermission": Privacy(Kept(PUBLIC, "always", "id group page permission")),
    "wagtailcore.GroupSitePermission": Privacy(Kept(PUBLIC, "always", "id group site permission")),
    "wagtailcore.Locale": Privacy(Kept(PUBLIC, "always", "id language_code")),
    "wagtailcore.ModelLogEntry": Privacy(
        Kept(
            STAFF,
            "audit",
            "id content_type label action data timestamp uuid user revision content_changed"
            " deleted object_id",
        ),
        expires_by="timestamp",
        lifetime="audit",
        service_path="",
    ),
    "wagtailcore.Page": Privacy(
        Kept(
            PUBLIC,
            "always",
            "id path depth numchild translation_key locale latest_revision live"
            " has_unpublished_changes first_published_at last_published_at live_revision"
            " go_live_at expire_at expired locked locked_at title draft_title slug content_type"
            " url_path seo_title show_in_menus search_description latest_revision_created_at"
            " alias_of",
        ),
        Kept(STAFF, "staff", "locked_by owner"),
    ),
    "wagtailcore.PageLogEntry": Privacy(
        Kept(
            STAFF,
            "audit",
            "id content_type label action data timestamp uuid user revision content_changed"
            " deleted page",
        ),
        expires_by="timestamp",
        lifetime="audit",
        service_path="",
    ),
    "wagtailcore.PageSubscription": Privacy(
        Kept(STAFF, "staff", "id user page comment_notifications")
    ),
    "wagtailcore.PageViewRestriction": Privacy(
        Kept(SECRET, "always", "id restriction_type password page groups")
    ),
    "wagtailcore.ReferenceIndex": Privacy(
        Kept(
            PUBLIC,
            "always",
            "id content_type base_content_type object_id to_content_type to_object_id model_path"
            " content_path content_path_hash",
        )
    ),
    "wagtailcore.Revision": Privacy(
        Kept(
            PUBLIC,
            "always",
            "id content_type base_content_type object_id created_at object_str content"
            " approved_go_live_at",
        ),
        Kept(STAFF, "staff", "user"),
    ),
    "wagtailcore.Site": Privacy(
        Kept(PUBLIC, "always", "id hostname port site_name root_page is_default_site")
    ),
    "wagtailcore.Task": Privacy(Kept(PUBLIC, "always", "id name content_type active")),
    "wagtailcore.TaskState": Privacy(
        Kept(
            STAFF,
            "staff",
            "id workflow_state revision task status started_at finished_at finished_by comment"
            " content_type",
        )
    ),
    "wagtailcore.UploadedFile": Privacy(
        Kept(STAFF, "staff", "id for_content_type file uploaded_by_user")
    ),
    "wagtailcore.Workflow": Privacy(Kept(PUBLIC, "always", "id name active")),
    "wagtailcore.WorkflowContentType": Privacy(Kept(PUBLIC, "always", "content_type workflow")),
    "wagtailcore.WorkflowPage": Privacy(Kept(PUBLIC, "always", "page workflow")),
    "wagtailcore.WorkflowState": Privacy(
        Kept(
            STAFF,
            "staff",
            "id content_type base_content_type object_id workflow status created_at requested_by"
            " current_task_state",
        )
    ),
    "wagtailcore.WorkflowTask": Privacy(Kept(PUBLIC, "always", "id sort_order workflow task")),
    "wagtaildocs.Document": Privacy(
        Kept(PUBLIC, "always", "id collection title file created_at file_size file_hash tags"),
        Kept(STAFF, "staff", "uploaded_by_user"),
    ),
    "wagtailimages.Image": Privacy(
        Kept(
            PUBLIC,
            "always",
            "id collection title file description width height created_at focal_point_x"
            " focal_point_y focal_point_width focal_point_height file_size file_hash tags",
        ),
        Kept(STAFF, "staff", "uploaded_by_user"),
    ),
    "wagtailimages.Rendition": Privacy(
        Kept(PUBLIC, "always", "id filter_spec file width height focal_point_key image")
    ),
    "wagtailsearch.IndexEntry": Privacy(
        Kept(
            PUBLIC,
            "always",
            "id content_type object_id title_norm autocomplete title body body_text title_text",
        ),
        one_engine_only="autocomplete title body body_text title_text",
    ),
    "wagtailsearch.SQLiteFTSIndexEntry": Privacy(
        Kept(PUBLIC, "always", "autocomplete title body index_entry")
    ),
    "wagtailusers.UserProfile": Privacy(
        Kept(
            STAFF,
            "staff",
            "id user submitted_notifications approved_notifications rejected_notifications"
            " updated_comments_notifications preferred_language current_time_zone avatar"
            " dismissibles theme contrast density keyboard_shortcuts",
        )
    ),
}
