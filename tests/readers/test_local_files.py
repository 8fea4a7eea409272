"""`file`, `templatefile` and their relatives: what they give, and what they never open."""

import os
from pathlib import Path

import pytest
from stage3c.graph import Expr, Ref, Text
from stage3c.output import files

from tests.readers.folders import graph_of, output

FILES = {
    "a.txt": "hello\n",
    "t.tftpl": "%{ for p in ports ~}\nlisten ${p};\n%{ endfor ~}\n",
    "image.tftpl": '[{"image": "${image}"}]',
    "broken.tftpl": "${",
    "nested.tftpl": '${templatefile("a.txt", {})}',
    "try.tftpl": '${try(image, "none")}',
    "reads.tftpl": '${file("a.txt")}',
    "outer.tftpl": "${var.v}",
    "key.pem": "-----BEGIN PRIVATE KEY-----\nabc",
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('file("a.txt")', "hello\n"),
        ('file("./a.txt")', "hello\n"),
        ('file("${path.module}/a.txt")', "hello\n"),
        ('file("${path.root}/a.txt")', "hello\n"),
        ('filebase64("a.txt")', "aGVsbG8K"),
        ('fileexists("a.txt")', True),
        ('fileexists("b.txt")', False),
        ('try(file("b.txt"), "none")', "none"),
        ('filemd5("a.txt")', "b1946ac92492d2347c6235b4d2611184"),
        ('filesha1("a.txt")', "f572d396fae9206628714fb2ce00f72e94f2258f"),
        ('filesha256("a.txt")', "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"),
        ('filebase64sha256("a.txt")', "WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM="),
        ('substr(filesha512("a.txt"), 0, 8)', "e7c22b99"),
        ('substr(filebase64sha512("a.txt"), 0, 8)', "58IrmUxZ"),
        ('templatefile("t.tftpl", { ports = [80, 443] })', "listen 80;\nlisten 443;\n"),
        (
            'templatefile("image.tftpl", { image = aws_ecr_repository.a.repository_url })',
            Text('[{"image": "', Ref("aws_ecr_repository.a", "repository_url"), '"}]'),
        ),
        ('templatefile("try.tftpl", { image = aws_ecr_repository.a.arn })', Ref("aws_ecr_repository.a", "arn")),
        ('templatefile("reads.tftpl", {})', "hello\n"),
        ('try(templatefile("nested.tftpl", {}), "refused")', "refused"),
        ('try(templatefile("broken.tftpl", {}), "refused")', "refused"),
        ('try(templatefile("outer.tftpl", {}), "refused")', "refused"),
    ],
)
def test_files_inside_the_folder_are_read(expression: str, expected: object) -> None:
    text = f'resource "aws_ecr_repository" "a" {{\n  name = "a"\n}}\noutput "o" {{\n  value = {expression}\n}}\n'
    assert output({"main.tf": text, **FILES}) == expected


@pytest.mark.parametrize(
    "expression",
    ['file("../a.txt")', 'file("/etc/passwd")', 'fileexists("../a")', 'file("~/a.txt")', 'file("key.pem")', "file(var.v)",
     'templatefile("a.txt", var.v)', 'templatefile("../a.txt", {})', 'fileset(".", "*")', 'file("a.txt", 1)'],
)  # fmt: skip
def test_what_lies_outside_or_is_a_key_is_unknown(expression: str) -> None:
    value = output({"main.tf": f'variable "v" {{}}\noutput "o" {{\n  value = {expression}\n}}\n', **FILES})
    assert isinstance(value, Expr)


def test_a_path_in_a_module_is_that_of_the_module() -> None:
    files_ = {
        "main.tf": 'module "m" {\n  source = "./m"\n}\noutput "o" {\n  value = module.m.o\n}\n',
        "m/main.tf": 'output "o" {\n  value = "${path.module} ${file("${path.module}/a")} ${file("a")}"\n}\n',
        "m/a": "inner",
        "a": "outer",
    }
    assert output(files_) == "m inner outer"


def test_all_files_together_are_bounded() -> None:
    read = "".join(f'output "o{n}" {{\n  value = filemd5("{n}")\n}}\n' for n in range(20))
    graph = graph_of({"main.tf": read, **{str(n): "x" * 2**20 for n in range(20)}})
    assert [isinstance(graph.outputs[f"o{n}"].value, str) for n in range(20)] == [True] * 16 + [False] * 4


def test_a_template_counts_as_much_as_a_file_of_terraform() -> None:
    files_ = {"main.tf": 'output "o" {\n  value = templatefile("a", {})\n}\n', "a": "x y " * 250_000}
    from tests.readers.folders import found

    assert [code for code, _, _ in found(files_)] == ["AUD105"]


def test_only_plain_files_of_the_folder_are_opened(tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    (folder / "deeper").mkdir(parents=True)
    (tmp_path / "stack-secret").write_text("secret")
    (folder / "a").write_text("a")
    (folder / "deeper" / "b").write_text("b")
    (folder / "large").write_bytes(b"x" * (2**20 + 1))
    os.mkfifo(folder / "pipe")
    (folder / "inside").symlink_to(folder / "deeper" / "b")
    (folder / "outside").symlink_to(tmp_path / "stack-secret")
    (folder / "loop").symlink_to(folder / "loop")
    read = files.read_inside(folder)
    assert read(f"{folder}/a") == b"a"
    assert read(f"{folder}/deeper/b") == read(f"{folder}/inside") == b"b"
    for name in ("outside", "large", "pipe", "deeper", "../stack-secret", "loop"):
        with pytest.raises(PermissionError):
            read(f"{folder}/{name}")
    for name in ("none", "a/b", "none\0"):
        with pytest.raises(FileNotFoundError):
            read(f"{folder}/{name}")
