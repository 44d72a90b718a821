#!/bin/sh
# Guess: eciToEcf(velocity) is the velocity relative to Earth, and dopplerFactor wants its velocityEcf to be that.
# True: eciToEcf only turns the axes: the speed stays that of the inertial frame, 7.59 km/s where the ground sees 7.66. And
# dopplerFactor wants just this: given the true velocity in an Earth-fixed frame (of an ephemeris in ITRF, or from
# differences of positions) it takes off Earth's rotation a second time, here 303 Hz at 437 MHz.
# satellite.js 7.1.0, 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
(cd "$folder" && npm install --silent --no-audit --no-fund satellite.js@7.1.0 > /dev/null)
cat > "$folder/doppler.mjs" <<'PROGRAM'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { degreesToRadians, dopplerFactor, eciToEcf, geodeticToEcf, gstime, propagate, twoline2satrec } from "satellite.js";

const found = new URL("node_modules/satellite.js/package.json", import.meta.url);
console.log("satellite.js", JSON.parse(readFileSync(found)).version);

// A made-up satellite: 542 km high, inclined by 97.6 degrees, near its highest point over the station.
const satellite = twoline2satrec(
  "1 99999U          26324.00000000  .00000000  00000-0  00000+0 0    04",
  "2 99999  97.6000  40.0000 0010000   0.0000   0.0000 15.10000000    01",
);
const station = geodeticToEcf({ longitude: degreesToRadians(11), latitude: degreesToRadians(48), height: 0 });
const [AT, LIGHT_KM_S, CARRIER_HZ] = [Date.UTC(2026, 11, 1, 10, 7), 299792.458, 437e6];

const seen = (time) => {
  const { position, velocity } = propagate(satellite, new Date(time));
  const angle = gstime(new Date(time));
  return { position: eciToEcf(position, angle), velocity: eciToEcf(velocity, angle) };
};
const less = (a, b) => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z });
const size = ({ x, y, z }) => Math.hypot(x, y, z);
const [before, { position, velocity }, after] = [-500, 0, 500].map((later) => seen(AT + later));

const overGround = less(after.position, before.position); // a second apart: km/s
const rangeRate = size(less(after.position, station)) - size(less(before.position, station));
console.log(`km/s: eciToEcf(velocity) ${size(velocity).toFixed(3)}, relative to Earth ${size(overGround).toFixed(3)}`);
const shifts = {
  "the change of range": (-rangeRate / LIGHT_KM_S) * CARRIER_HZ,
  "dopplerFactor of eciToEcf(velocity)": (dopplerFactor(station, position, velocity) - 1) * CARRIER_HZ,
  "dopplerFactor of the velocity relative to Earth": (dopplerFactor(station, position, overGround) - 1) * CARRIER_HZ,
};
for (const [by, hertz] of Object.entries(shifts)) console.log(`shift by ${by}: ${hertz.toFixed(1)} Hz`);

const [truth, turned, relative] = Object.values(shifts);
assert(size(overGround) - size(velocity) > 0.07);
assert(Math.abs(turned - truth) < 2);
assert(Math.round((relative - truth) / 10) === 30);
PROGRAM
node "$folder/doppler.mjs"
