#!/usr/bin/env pwsh
#Requires -Version 7.6
<#
.SYNOPSIS
    Tasks for people with pwsh. dotnet build does all the assembling; nothing here is needed on a machine without pwsh.
.EXAMPLE
    ./build.ps1
    Builds the solution: module/bin is then complete, and Import-Module ./HaTools.psd1 works.
.EXAMPLE
    ./build.ps1 -Task Test
.EXAMPLE
    ./build.ps1 -Task Package -Configuration Release
    Makes artifacts/HaTools/VERSION, a module folder to copy into PSModulePath, and a zip of it.
#>
[CmdletBinding()]
param(
    [ValidateSet('Bootstrap', 'Build', 'Test', 'Docs', 'Package', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$root = $PSScriptRoot

function Invoke-Bootstrap {
    foreach ($requirement in (Import-PowerShellDataFile "$root/requirements.psd1").GetEnumerator()) {
        $there = Get-Module -ListAvailable $requirement.Key | Where-Object Version -GE $requirement.Value.MinimumVersion
        if ($there) { continue }
        $range = "[$($requirement.Value.MinimumVersion),$($requirement.Value.MaximumVersion)]"
        Install-PSResource -Name $requirement.Key -Version $range -TrustRepository
    }
}

function Invoke-Build { dotnet build "$root/HaTools.slnx" --nologo -c $Configuration }

function Invoke-Test {
    Invoke-Build
    dotnet test "$root/HaTools.slnx" --nologo --no-build -c $Configuration
    & "$root/tests/pester/run.ps1" -Output Normal
    if ($LASTEXITCODE -ne 0) { throw 'Pester tests failed.' }
}

# The pages against the commands: PlatyPS reads them, and the tests compare names and syntax.
function Invoke-Docs {
    Invoke-Build
    if (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS) {
        # In a pwsh of its own: PlatyPS brings a YamlDotNet into the load context that everybody shares.
        $check = "Get-ChildItem '$root/docs/cmdlets' -Filter *-*.md | Measure-PlatyPSMarkdown | Format-Table Title, Filetype"
        pwsh -NoProfile -Command "Import-Module Microsoft.PowerShell.PlatyPS; $check"
    }
    & "$root/tests/pester/run.ps1" -Output Normal -FullName 'Help of*'
    if ($LASTEXITCODE -ne 0) { throw 'The pages in docs/cmdlets do not fit the commands.' }
}

function Invoke-Package {
    Invoke-Build
    $version = (Import-PowerShellDataFile "$root/HaTools.psd1").ModuleVersion
    $target = "$root/artifacts/HaTools/$version"
    if (Test-Path $target) { Remove-Item -Recurse -Force $target }
    $null = New-Item -ItemType Directory $target
    Copy-Item -Recurse "$root/HaTools.psd1", "$root/LICENSE", "$root/CHANGELOG.md", "$root/module", "$root/dsc" $target
    # For this platform, as machine code: nothing has to be compiled when a takeover is due.
    Remove-Item -Recurse -Force "$target/module/bin/hanode"
    & "$root/publish.sh" "$target/module/bin/hanode"
    Get-ChildItem -Recurse $target -Include *.pdb, HaTools*.xml, hanode.xml -Exclude *-Help.xml | Remove-Item
    # Not Compress-Archive: this keeps hanode's permission to run.
    $zip = "$root/artifacts/HaTools-$version.zip"
    if (Test-Path $zip) { Remove-Item $zip }
    [System.IO.Compression.ZipFile]::CreateFromDirectory("$root/artifacts/HaTools", $zip, 'Optimal', $true)
    Get-Item $zip
}

function Invoke-Clean {
    dotnet clean "$root/HaTools.slnx" --nologo -v q -c $Configuration
    if (Test-Path "$root/artifacts") { Remove-Item -Recurse -Force "$root/artifacts" }
}

foreach ($name in $Task) { & "Invoke-$name" }
