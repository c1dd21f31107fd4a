@echo off
rem Opens the page. A campaign folder, or a file in it, may be dropped onto this file.
rem First whether Python starts at all, which alone can show a box: what is missing later is said in one.
"%~dp0python\pythonw.exe" -X utf8 -c "import workbook_tools.page.launcher"
if not %errorlevel%==0 goto broken
start "" "%~dp0python\pythonw.exe" -X utf8 -m workbook_tools.page.launcher %*
rem Not exit /b: what follows an ampersand in the name of a dropped folder would be run as a command.
exit
:broken
rem What cmd says of it, in English.
cls
chcp 65001 >nul
echo.
echo   Chương trình không mở được: cạnh tệp này không có đủ thư mục "python", hoặc có tệp trong đó bị chặn.
echo.
echo   1. Giải nén cả tệp .zip ra máy (bấm chuột phải vào tệp .zip, chọn "Extract All..."), vào một thư mục
echo      có đường dẫn ngắn, ví dụ D:\Bieu-mau. Rồi mở "Mở chương trình.cmd" trong thư mục vừa giải nén.
echo   2. Nếu vẫn vậy, phần mềm diệt vi-rút có thể đã giữ lại tệp: đề nghị bộ phận tin học cho phép thư mục này.
echo.
echo   Dữ liệu các đợt báo cáo không bị ảnh hưởng.
echo.
pause
exit
