#!/usr/bin/env pwsh
#Requires -Version 7.6
<#
.SYNOPSIS
    Runs the Pester tests on the built module. The last line is 'Pester: N passed, N failed, N skipped'; exit code 1 when a test failed.
    Each failed test has a line 'Failed: BLOCK › NAME', a tab, and what was wrong.
#>
param(
    # JUnit XML; empty: none.
    [string] $OutputFile = (Join-Path $PSScriptRoot '../../TestResults/pester.xml'),

    # Only tests whose full name matches one of these wildcards.
    [string[]] $FullName = @(),

    [ValidateSet('None', 'Normal', 'Detailed', 'Diagnostic')]
    [string] $Output = 'Detailed'
)

$ErrorActionPreference = 'Stop'
$requirement = (Import-PowerShellDataFile "$PSScriptRoot/../../requirements.psd1").Pester
$pester = Get-Module -ListAvailable Pester |
    Where-Object { $_.Version -ge $requirement.MinimumVersion -and $_.Version -le $requirement.MaximumVersion } |
    Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    Write-Host "Pester $($requirement.MinimumVersion) or newer is not installed: ./build.ps1 -Task Bootstrap installs it where a gallery is at hand."
    Write-Host "Pester: 0 passed, 0 failed, $(@(Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1).Count) skipped"
    exit 0
}
Import-Module $pester

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = $Output
if ($FullName) { $configuration.Filter.FullName = $FullName }
if ($OutputFile) {
    $null = New-Item -ItemType Directory -Force (Split-Path $OutputFile)
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputFormat = 'JUnitXml'
    $configuration.TestResult.OutputPath = [System.IO.Path]::GetFullPath($OutputFile)
}
$result = Invoke-Pester -Configuration $configuration

# A file that could not be read holds tests that never ran; a block whose teardown broke leaves its tests passed. Neither may look like success.
$failed = $result.FailedCount + $result.FailedContainersCount
if ($failed -eq 0 -and $result.Result -ne 'Passed') { $failed = 1 }
foreach ($test in $result.Failed) {
    $block = $test.Block
    while (-not $block.Parent.IsRoot) { $block = $block.Parent }
    Write-Host "Failed: $($block.Name) › $($test.ExpandedName)`t$("$($test.ErrorRecord)" -replace '\s+', ' ')"
}
Write-Host "Pester: $($result.PassedCount) passed, $failed failed, $($result.SkippedCount) skipped"
exit [int]($failed -gt 0)
