using Microsoft.Playwright;
using Resift.Cli;

namespace Resift.Browser.Tests;

/// <summary>Opens the page that shows the OpenAPI document of <c>resift serve</c>.</summary>
public sealed class ReferencePageTests : IAsyncLifetime
{
    private const string Variable = "RESIFT_TEST_CHROMIUM";

    private static readonly string[] _usualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly CancellationTokenSource _stop = new();
    private readonly AddressWriter _output = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private Task<int>? _serving;

    public async ValueTask InitializeAsync()
    {
        string? chromium = Environment.GetEnvironmentVariable(Variable) ?? Array.Find(_usualPlaces, File.Exists);
        Assert.SkipWhen(chromium is null, $"there is no Chromium on this machine, and {Variable} names none");
        var console = new CliConsole(() => Stream.Null, _output, TextWriter.Null) { Environment = _ => null };
        _serving = ResiftCommand.InvokeAsync(
            ["serve", "--port", "0", "--tier", "light"], console, new LocalModelLoader(_ => null), _stop.Token);
        await Task.WhenAny(_output.Address, _serving);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _stop.CancelAsync();
        if (_serving is not null)
        {
            await _serving;
        }

        _stop.Dispose();
    }

    [Fact]
    public async Task Page_Opened_ShowsTheOperationsAndAsksNoOtherHost()
    {
        var address = new Uri(await _output.Address);
        var page = await _browser!.NewPageAsync();
        var asked = new List<string>();
        var errors = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => errors.Add(message.Type == "error" ? message.Text : "");
        page.PageError += (_, error) => errors.Add(error);

        await page.GotoAsync(new Uri(address, "/reference").ToString());
        // Of the first group, since those further down are rendered when somebody scrolls there.
        await page.GetByText("/openai/v1/models").First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        Assert.Contains(asked, url => url.EndsWith("/openapi/v1.json", StringComparison.Ordinal));
        Assert.All(asked, url => Assert.True(
            url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal)
                || new Uri(url).Authority == address.Authority, url));
        Assert.DoesNotContain(errors, error => error.Length > 0);
        if (Environment.GetEnvironmentVariable("RESIFT_TEST_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "reference.png") });
        }
    }

    private sealed class AddressWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Address => _address.Task;

        public override void Flush() => _address.TrySetResult(ToString().Split(' ')[0]);
    }
}
