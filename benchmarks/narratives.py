"""Invented answers in words: every unit writes its own, most of them little, some of them pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_MOST_SENTENCES, _USUAL_SENTENCES = 60, 4
_BEGINNINGS = ("Đơn vị đã tổ chức", "Nhà trường đã phối hợp tổ chức", "Xã đã mở", "Trong tuần lễ đã có")
_EVENTS = ("buổi tuyên truyền", "lớp bồi dưỡng", "hội thảo", "buổi giới thiệu sách", "cuộc thi tìm hiểu")
_TOPICS = ("kỹ năng số", "học tập suốt đời", "văn hóa đọc", "an toàn trên không gian mạng", "chuyển đổi số")
_PEOPLE = ("học sinh", "giáo viên", "hội viên", "người dân", "cán bộ")
_ENDINGS = (
    "kinh phí còn hạn hẹp",
    "đề nghị cấp trên hỗ trợ tài liệu",
    "đường truyền chưa ổn định",
    "kết quả tốt, được nhân dân hưởng ứng",
    "sẽ tiếp tục duy trì trong năm học tới",
)


def write_narrative(generator: random.Random) -> str:
    """One to sixty sentences, four on average."""
    count = min(1 + int(generator.expovariate(1 / (_USUAL_SENTENCES - 1))), _MOST_SENTENCES)
    return " ".join(_write_sentence(generator) for _ in range(count))


def _write_sentence(generator: random.Random) -> str:
    choose = generator.choice
    return (
        f"{choose(_BEGINNINGS)} {generator.randint(1, 30)} {choose(_EVENTS)} về {choose(_TOPICS)} cho "
        f"{generator.randint(10, 900)} {choose(_PEOPLE)}; {choose(_ENDINGS)}."
    )
