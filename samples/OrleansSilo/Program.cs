// A silo that holds the bundled reranker, in a cluster whose members find each other in Redis:
//   dotnet run --project samples/OrleansSilo -- --redis 127.0.0.1:6379 --silo-port 11111 --gateway-port 30000
// With --milliseconds-per-pair 5 it scores by shared words, and takes that long: to see what a cluster does, without a model.
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansSilo;
using Resift;

var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleans(orleans => orleans
    .UseRedisClustering(settings["redis"]
        ?? throw new ArgumentException("--redis is missing; an address such as 127.0.0.1:6379 was expected."))
    .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = settings["cluster"] ?? "resift")
    .ConfigureEndpoints(
        IPAddress.Loopback,
        siloPort: settings.GetValue("silo-port", 11111),
        gatewayPort: settings.GetValue("gateway-port", 30000))
    .AddReranker("mini", _ => settings["milliseconds-per-pair"] is { } milliseconds
        ? new SharedWordsReranker(TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture)))
        : MiniModels.LoadReranker(new() { Threads = settings.GetValue("threads", Environment.ProcessorCount) })));

using var host = builder.Build();
await host.StartAsync();
Console.WriteLine($"The silo is ready: {DateTimeOffset.UtcNow:O}");
await host.WaitForShutdownAsync();
