@echo off
rem Opens the page. A campaign folder, or a file in it, may be dropped onto this file.
if not exist "%~dp0python\pythonw.exe" goto unzip
start "" "%~dp0python\pythonw.exe" -X utf8 -m workbook_tools.page.launcher %*
rem Not exit /b: what follows an ampersand in the name of a dropped folder would be run as a command.
exit
:unzip
chcp 65001 >nul
echo.
echo   Hãy giải nén cả thư mục ra máy trước (nhấp chuột phải vào tệp nén, chọn "Extract All..."),
echo   rồi mở "Mở chương trình.cmd" trong thư mục đã giải nén.
echo.
pause
exit
