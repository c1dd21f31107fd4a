@echo off
rem Opens the page. A campaign folder, or a file in it, may be dropped onto this file.
start "" "%~dp0python\pythonw.exe" -X utf8 -m workbook_tools.page.launcher %*
