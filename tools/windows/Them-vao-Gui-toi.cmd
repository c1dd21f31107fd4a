@echo off
rem Adds the program to what Explorer offers under "Send to".
if exist "%~dp0python\pythonw.exe" start "" "%~dp0python\pythonw.exe" -X utf8 -m workbook_tools.page.send_to
